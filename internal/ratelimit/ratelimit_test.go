package ratelimit

import (
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// clock is a clock that moves when told to.
type clock struct{ t time.Time }

func (c *clock) now() time.Time          { return c.t }
func (c *clock) advance(d time.Duration) { c.t = c.t.Add(d) }
func newClock() *clock                   { return &clock{time.Date(2026, 3, 1, 12, 0, 0, 250e6, time.UTC)} }

func take(t *testing.T, l *Limiter, bucket string, limit, n int) (passed int) {
	t.Helper()
	for range n {
		if l.Take(t.Context(), bucket, limit).Allowed {
			passed++
		}
	}
	return passed
}

func TestExactlyTheLimitPassesInAWindow(t *testing.T) {
	c := newClock()
	l := New(true, c.now)
	for _, wait := range []time.Duration{0, Window, 59 * Window / 60, Window / 60, 10 * Window} {
		c.advance(wait)
		want := 10
		if wait == 59*Window/60 {
			want = 0 // the same window still
		}
		if got := take(t, l, "a", 10, 25); got != want {
			t.Errorf("after %s %d requests passed, want %d", wait, got, want)
		}
	}
}

func TestWindowBeginsWithTheFirstRequestOfEachBucket(t *testing.T) {
	c := newClock()
	l := New(true, c.now)
	take(t, l, "a", 1, 1)
	c.advance(40 * time.Second)
	take(t, l, "b", 1, 1)
	c.advance(20 * time.Second)
	if got := take(t, l, "a", 1, 1); got != 1 {
		t.Error("a's window has not ended after its minute")
	}
	c.advance(39 * time.Second)
	if got := take(t, l, "b", 1, 1); got != 0 {
		t.Error("b's window ended before its minute")
	}
	c.advance(time.Second)
	if got := take(t, l, "b", 1, 1); got != 1 {
		t.Error("b's window has not ended after its minute")
	}
}

func TestRefusedRequestsDoNotCount(t *testing.T) {
	l := New(true, newClock().now)
	take(t, l, "a", 2, 50)
	if got := take(t, l, "a", 5, 50); got != 3 {
		t.Errorf("with the limit raised from 2 to 5, %d more passed, want 3", got)
	}
	if r := l.Take(t.Context(), "a", 2); r.Allowed || r.Remaining != 0 {
		t.Errorf("with the limit lowered again: %+v", r)
	}
}

func TestConcurrentRequestsShareOneCount(t *testing.T) {
	l := New(true, time.Now)
	var passed atomic.Int64
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 50 {
				if l.Take(t.Context(), "a", 60).Allowed {
					passed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if passed.Load() != 60 {
		t.Errorf("%d of 1,000 passed, want 60", passed.Load())
	}
}

func TestMemoryIsBounded(t *testing.T) {
	l := New(true, newClock().now)
	for i := range 3 * maxBuckets {
		l.Take(t.Context(), strconv.Itoa(i), 1)
	}
	if n := len(l.recent) + len(l.former); n > 2*maxBuckets {
		t.Errorf("%d buckets are kept, want at most %d", n, 2*maxBuckets)
	}
	if got := take(t, l, strconv.Itoa(3*maxBuckets-1), 1, 1); got != 0 {
		t.Error("the newest bucket was forgotten")
	}
}

func TestNoLimit(t *testing.T) {
	for name, r := range map[string]Result{
		"disabled": New(false, time.Now).Take(t.Context(), "a", 1),
		"limit 0":  New(true, time.Now).Take(t.Context(), "a", 0),
	} {
		h := http.Header{}
		r.SetHeaders(h)
		if !r.Allowed || len(h) != 0 {
			t.Errorf("%s: %+v with headers %v", name, r, h)
		}
	}
}

func TestHeaders(t *testing.T) {
	c := newClock()
	l := New(true, c.now)
	l.Take(t.Context(), "a", 2)
	c.advance(400 * time.Millisecond)
	r := l.Take(t.Context(), "a", 2)
	got := http.Header{}
	r.SetHeaders(got)
	want := http.Header{
		"Ratelimit-Policy":      {`"default";q=2;w=60`},
		"Ratelimit":             {`"default";r=0;t=60`},
		"X-Ratelimit-Limit":     {"2"},
		"X-Ratelimit-Remaining": {"0"},
		"X-Ratelimit-Reset":     {strconv.FormatInt(time.Date(2026, 3, 1, 12, 1, 1, 0, time.UTC).Unix(), 10)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAddressBucket(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1":            "address:192.0.2.1",
		"::ffff:192.0.2.1":     "address:192.0.2.1",
		"2001:db8:1:2:3:4:5:6": "address:2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::":  "address:2001:db8:1:2::/64",
		"2001:db8:1:3::":       "address:2001:db8:1:3::/64",
		"fe80::1%eth0":         "address:fe80::/64",
		"::1":                  "address:::/64",
	} {
		if got := AddressBucket(netip.MustParseAddr(address)); got != want {
			t.Errorf("AddressBucket(%s) = %s, want %s", address, got, want)
		}
	}
	if got := AddressBucket(netip.Addr{}); got != "address:invalid IP" {
		t.Errorf("without an address: %s", got)
	}
}
