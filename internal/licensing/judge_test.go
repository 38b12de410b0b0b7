package licensing

import (
	"testing"
	"time"

	"github.com/licethq/licet/ent/db"
	"github.com/licethq/licet/ent/db/license"
)

// TestVerdictOrder piles up reasons against a license, one case a line: the
// first in the documented order must win.
func TestVerdictOrder(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	past, future := now.Add(-time.Hour), now.Add(time.Hour)
	limit := 2
	type change func(*facts)
	status := func(s license.Status) change { return func(f *facts) { f.license.Status = s } }
	var (
		unknown      change = func(f *facts) { f.license = nil }
		otherProduct change = func(f *facts) { f.otherProduct = true }
		notStarted   change = func(f *facts) { f.license.StartsAt = future }
		expired      change = func(f *facts) { f.license.ExpiresAt = &past }
		notActivated change = func(f *facts) { f.wantsActivation = true }
		otherHalf    change = func(f *facts) { f.wantsActivation, f.halfMatches = true, true }
		activated    change = func(f *facts) { f.wantsActivation, f.activation = true, &db.Activation{} }
		overLimit    change = func(f *facts) { f.license.ActivationsUsed = 3 }
		full         change = func(f *facts) { f.license.ActivationsUsed = 2 }
		claims       change = func(f *facts) { f.claims = true }
		unlimited    change = func(f *facts) { f.license.ActivationLimit = nil }
		endsNow      change = func(f *facts) { f.license.ExpiresAt = &now }
		startsNow    change = func(f *facts) { f.license.StartsAt = now }
		endsLater    change = func(f *facts) { f.license.ExpiresAt = &future }
	)
	revoked, suspended := status(license.StatusREVOKED), status(license.StatusSUSPENDED)
	for name, c := range map[string]struct {
		changes []change
		want    VerdictCode
	}{
		"nothing against it":            {nil, VerdictValid},
		"unknown before all":            {[]change{otherProduct, unknown}, VerdictNotFound},
		"product before revoked":        {[]change{revoked, otherProduct}, VerdictProductMismatch},
		"revoked before not started":    {[]change{notStarted, expired, revoked}, VerdictRevoked},
		"suspended before not started":  {[]change{notStarted, expired, suspended}, VerdictSuspended},
		"not started before expired":    {[]change{notStarted, expired}, VerdictNotStarted},
		"expired before not activated":  {[]change{expired, notActivated}, VerdictExpired},
		"not activated before limit":    {[]change{notActivated, overLimit}, VerdictNotActivated},
		"other half before limit":       {[]change{otherHalf, overLimit}, VerdictIdentityMismatch},
		"over the limit":                {[]change{activated, overLimit}, VerdictOverLimit},
		"full is good where activated":  {[]change{activated, full}, VerdictValid},
		"full refuses a further claim":  {[]change{full, claims}, VerdictOverLimit},
		"a claim below the limit":       {[]change{claims}, VerdictValid},
		"no limit takes any claim":      {[]change{unlimited, overLimit, claims}, VerdictValid},
		"expires at the very moment":    {[]change{endsNow}, VerdictExpired},
		"starts at the very moment":     {[]change{startsNow}, VerdictValid},
		"ends later":                    {[]change{endsLater}, VerdictValid},
		"activated, and nothing else":   {[]change{activated}, VerdictValid},
		"not asked about an activation": {[]change{full}, VerdictValid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := facts{now: now, license: &db.License{
				Status: license.StatusACTIVE, StartsAt: past, ActivationLimit: &limit, ActivationsUsed: 1,
			}}
			for _, change := range c.changes {
				change(&f)
			}
			if got := judge(f); got != c.want {
				t.Errorf("the verdict is %s, expected %s", got, c.want)
			}
		})
	}
}

// TestEveryVerdictSpeaks wants a message and a fault for each bad verdict.
func TestEveryVerdictSpeaks(t *testing.T) {
	t.Parallel()
	for _, code := range []VerdictCode{
		VerdictNotFound, VerdictProductMismatch, VerdictRevoked, VerdictSuspended, VerdictNotStarted,
		VerdictExpired, VerdictNotActivated, VerdictIdentityMismatch, VerdictOverLimit, VerdictValid,
	} {
		if code.Message() == "" {
			t.Errorf("%s has no message", code)
		}
		if (code.Fault() == nil) != code.Valid() || (!code.Valid() && verdictFaults[code] == "") {
			t.Errorf("%s becomes the fault %v", code, code.Fault())
		}
	}
}
