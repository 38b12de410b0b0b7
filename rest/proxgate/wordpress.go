package proxgate

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/licethq/licet/internal/site"
	"github.com/licethq/licet/rest/wire"
)

// siteLicense is the verdict on a site's license; null for a site without one.
type siteLicense struct {
	Valid     bool    `json:"valid"`
	Code      string  `json:"code"`
	Message   string  `json:"message"`
	ExpiresAt *string `json:"expires_at"`
}

func newSiteLicense(l *site.SiteLicense) *siteLicense {
	if l == nil {
		return nil
	}
	return &siteLicense{Valid: l.Valid, Code: string(l.Code), Message: l.Message, ExpiresAt: date(l.ExpiresAt)}
}

// register serves POST /wordpress/register.
func (a *api) register(w http.ResponseWriter, r *http.Request, f *fields) error {
	in := site.RegisterSiteInput{
		SiteURL:       f.text("site_url"),
		SiteName:      f.text("site_name"),
		AdminEmail:    f.text("admin_email"),
		WpVersion:     f.text("wp_version"),
		PhpVersion:    f.text("php_version"),
		PluginVersion: f.text("plugin_version"),
		LicenseKey:    f.text("license_key"),
	}
	if f.err != nil {
		return f.err
	}
	out, err := a.resolvers.Mutation().RegisterSite(r.Context(), in)
	if err != nil {
		return err
	}
	wire.Encode(w, http.StatusOK, struct {
		Success           bool         `json:"success"`
		SiteID            string       `json:"site_id"`
		SiteToken         string       `json:"site_token"`
		HeartbeatInterval int          `json:"heartbeat_interval"`
		License           *siteLicense `json:"license"`
	}{true, out.SiteID, out.SiteToken, out.HeartbeatInterval, newSiteLicense(out.License)})
	return nil
}

// heartbeat serves POST /wordpress/heartbeat.
func (a *api) heartbeat(w http.ResponseWriter, r *http.Request, f *fields) error {
	in := site.SiteHeartbeatInput{
		SiteToken:  f.text("site_token"),
		WpVersion:  f.text("wp_version"),
		HealthData: f.raw("health_data"),
	}
	if f.err != nil {
		return f.err
	}
	if in.HealthData == "[]" {
		in.HealthData = "{}" // how PHP writes an object without fields
	}
	out, err := a.resolvers.Mutation().SiteHeartbeat(r.Context(), in)
	if err != nil {
		return err
	}
	wire.Encode(w, http.StatusOK, struct {
		Success         bool         `json:"success"`
		Status          string       `json:"status"`
		License         *siteLicense `json:"license"`
		PendingActions  int          `json:"pending_actions"`
		NextHeartbeatIn int          `json:"next_heartbeat_in"`
		ServerTime      *string      `json:"server_time"`
	}{true, strings.ToLower(string(out.Status)), newSiteLicense(out.License), out.PendingActions, out.NextHeartbeatIn, date(&out.ServerTime)})
	return nil
}

type actionBody struct {
	ID        string          `json:"id"`
	Type      string          `json:"type"`
	Params    json.RawMessage `json:"params"`
	CreatedAt *string         `json:"created_at"`
	ExpiresAt *string         `json:"expires_at"`
}

// pendingActions serves POST /wordpress/pending-actions, which ProxGate
// documents as "retrieve and acknowledge": what it returns it never returns
// again.
func (a *api) pendingActions(w http.ResponseWriter, r *http.Request, f *fields) error {
	in := site.TakeSiteActionsInput{SiteToken: f.text("site_token")}
	if f.err != nil {
		return f.err
	}
	out, err := a.resolvers.Mutation().TakeSiteActions(r.Context(), in)
	if err != nil {
		return err
	}
	actions := make([]actionBody, len(out.Actions)) // never null: clients loop over it
	for i, t := range out.Actions {
		actions[i] = actionBody{t.ID, strings.ToLower(string(t.Type)), json.RawMessage(t.Params), date(&t.CreatedAt), date(&t.ExpiresAt)}
	}
	wire.Encode(w, http.StatusOK, struct {
		Success bool         `json:"success"`
		Actions []actionBody `json:"actions"`
	}{true, actions})
	return nil
}
