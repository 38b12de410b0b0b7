// Package ratelimit counts requests in fixed windows of a minute.
//
// A bucket's window begins with its first request, not with the clock's minute.
// "10 requests in 60 seconds" is what the foreign APIs document, so exactly ten
// pass from the moment a client starts, however it spreads them, and it can
// count along. A token bucket would let an eleventh through after six seconds;
// windows that follow the clock would let twenty through around its minute.
//
// Counts are in memory: each process has its own, and a restart forgets them.
package ratelimit

import (
	"context"
	"net/netip"
	"sync"
	"time"
)

// Window is how long a bucket's count lasts.
const Window = time.Minute

// maxBuckets bounds a generation of buckets, and both together to some 30 MiB.
// Whoever has that many addresses is not held by limits per address, but must
// not take the memory.
const maxBuckets = 1 << 17

// Limiter counts the requests of any number of buckets.
//
// Windows are kept in two generations, each begun a minute after the last. When
// a new one begins all windows of the one before the last have ended, so it is
// dropped as a whole: no sweep, no goroutine, nothing to close.
type Limiter struct {
	now     func() time.Time
	enabled bool

	mu             sync.Mutex
	recent, former map[string]*window
	begun          time.Time // when recent was
}

type window struct {
	count int
	ends  time.Time
}

// New returns a limiter; one that is not enabled lets everything through. The
// clock is time.Now outside of tests: its monotonic reading keeps the windows
// right when somebody sets the clock.
func New(enabled bool, now func() time.Time) *Limiter {
	return &Limiter{now: now, enabled: enabled}
}

// Take counts one request against a bucket if it may still pass. A limit of 0
// means none.
func (l *Limiter) Take(_ context.Context, bucket string, limit int) Result {
	if !l.enabled || limit <= 0 {
		return Result{Allowed: true}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	w := l.window(bucket, now)
	r := Result{Limit: limit, Reset: w.ends.Sub(now), ResetAt: w.ends}
	// What is refused is not counted, so that a raised limit counts at once.
	if w.count < limit {
		w.count++
		r.Allowed = true
	}
	r.Remaining = max(0, limit-w.count)
	return r
}

func (l *Limiter) window(bucket string, now time.Time) *window {
	if now.Sub(l.begun) >= Window || len(l.recent) >= maxBuckets {
		l.former, l.recent, l.begun = l.recent, map[string]*window{}, now
	}
	w := l.recent[bucket]
	if w == nil {
		w = l.former[bucket]
	}
	if w == nil || !now.Before(w.ends) {
		w = &window{ends: now.Add(Window)}
		l.recent[bucket] = w
	}
	return w
}

// KeyBucket names the bucket of an API key. All surfaces share it.
func KeyBucket(keyID string) string { return "key:" + keyID }

// AddressBucket names the bucket of a client's address. IPv6 counts by /64,
// which is what one customer line gets: by whole addresses, nobody who has one
// would ever be limited.
func AddressBucket(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		return "address:" + netip.PrefixFrom(a, 64).Masked().String()
	}
	return "address:" + a.String()
}
