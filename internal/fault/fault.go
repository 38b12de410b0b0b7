// Package fault is the one table of errors that licet shows to its callers.
//
// Domain code returns a *Error; each surface turns it into its own body. An
// error of any other type is a defect or an outage: surfaces show it as
// [Internal] and log the cause.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind groups codes by what the caller can do about them. rest/wire maps each
// kind to one HTTP status.
type Kind int

const (
	KindInvalid Kind = iota + 1
	KindUnauthenticated
	KindDenied
	KindNotFound
	KindConflict
	KindTooLarge
	KindRateLimited
	KindInternal
	KindUnavailable
)

// Code names one kind of failure for programs. The SDL's enum ErrorCode lists
// the same values.
type Code string

const (
	InputMissing           Code = "INPUT_MISSING"
	InputInvalid           Code = "INPUT_INVALID"
	IdentityRequired       Code = "IDENTITY_REQUIRED"
	ProductMismatch        Code = "PRODUCT_MISMATCH"
	ArchiveInvalid         Code = "ARCHIVE_INVALID"
	QueryParseFailed       Code = "GRAPHQL_PARSE_FAILED"
	QueryValidationFailed  Code = "GRAPHQL_VALIDATION_FAILED"
	Unauthenticated        Code = "UNAUTHENTICATED"
	Forbidden              Code = "FORBIDDEN"
	LicenseRevoked         Code = "LICENSE_REVOKED"
	LicenseSuspended       Code = "LICENSE_SUSPENDED"
	LicenseNotStarted      Code = "LICENSE_NOT_STARTED"
	LicenseExpired         Code = "LICENSE_EXPIRED"
	LicenseNotActivated    Code = "LICENSE_NOT_ACTIVATED"
	ActivationLimitReached Code = "ACTIVATION_LIMIT_REACHED"
	SiteTaken              Code = "SITE_TAKEN"
	NotFound               Code = "NOT_FOUND"
	LicenseNotFound        Code = "LICENSE_NOT_FOUND"
	ProductNotFound        Code = "PRODUCT_NOT_FOUND"
	ReleaseNotFound        Code = "RELEASE_NOT_FOUND"
	SiteNotFound           Code = "SITE_NOT_FOUND"
	Conflict               Code = "CONFLICT"
	AlreadyExists          Code = "ALREADY_EXISTS"
	TooLarge               Code = "TOO_LARGE"
	RateLimited            Code = "RATE_LIMITED"
	Internal               Code = "INTERNAL"
	Unavailable            Code = "UNAVAILABLE"
)

// Row is one line of the error table.
type Row struct {
	Code    Code
	Kind    Kind
	Message string
}

// Table lists every code with its kind and default message.
var Table = []Row{
	{InputMissing, KindInvalid, "A required value is missing."},
	{InputInvalid, KindInvalid, "A value is not valid."},
	{IdentityRequired, KindInvalid, "This license needs a domain or a device fingerprint to be activated."},
	{ProductMismatch, KindInvalid, "This license key is not for this product."},
	{ArchiveInvalid, KindInvalid, "The zip file cannot be used as a release."},
	{QueryParseFailed, KindInvalid, "The GraphQL document is not well-formed."},
	{QueryValidationFailed, KindInvalid, "The GraphQL document does not fit the schema."},
	{Unauthenticated, KindUnauthenticated, "Send a valid API key as 'Authorization: Bearer …' or 'X-Api-Key: …'."},
	{Forbidden, KindDenied, "This API key lacks the scope for this call."},
	{LicenseRevoked, KindDenied, "This license has been revoked."},
	{LicenseSuspended, KindDenied, "This license is suspended."},
	{LicenseNotStarted, KindDenied, "This license is not valid yet."},
	{LicenseExpired, KindDenied, "This license has expired."},
	{LicenseNotActivated, KindDenied, "This license is not activated here."},
	{ActivationLimitReached, KindDenied, "This license has reached its activation limit."},
	{SiteTaken, KindDenied, "This site is already registered. Send the license key it was registered with, or use a secret API key."},
	{NotFound, KindNotFound, "Not found."},
	{LicenseNotFound, KindNotFound, "There is no license with this key."},
	{ProductNotFound, KindNotFound, "There is no such product."},
	{ReleaseNotFound, KindNotFound, "There is no such release."},
	{SiteNotFound, KindNotFound, "There is no site with this token."},
	{Conflict, KindConflict, "This is not possible in the object's present state."},
	{AlreadyExists, KindConflict, "There is already one like this."},
	{TooLarge, KindTooLarge, "The request is too large."},
	{RateLimited, KindRateLimited, "Too many requests. Try again later."},
	{Internal, KindInternal, "Something went wrong on our side. Quote the request id when you report it."},
	{Unavailable, KindUnavailable, "The service is briefly unavailable. Try again shortly."},
}

var rows = func() map[Code]Row {
	m := make(map[Code]Row, len(Table))
	for _, r := range Table {
		m[r.Code] = r
	}
	return m
}()

// Error is a failure that may be shown to the caller as it is.
type Error struct {
	Code    Code
	Message string
	// Field names the input at fault in GraphQL spelling (licenseKey), or is
	// empty. Dialects translate it into their own spelling.
	Field string
	// RetryAfter is how long to wait before trying again; 0 when unknown.
	RetryAfter time.Duration

	cause error
}

func (e *Error) Error() string {
	s := string(e.Code) + ": " + e.Message
	if e.Field != "" {
		s += " (" + e.Field + ")"
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.cause }

// Kind returns the kind of the error's code.
func (e *Error) Kind() Kind { return rows[e.Code].Kind }

// outage is how long callers are told to wait while something we need is away.
const outage = 5 * time.Second

// New returns an error of the given code with the table's message.
func New(code Code) *Error {
	e := &Error{Code: code, Message: rows[code].Message}
	if code == Unavailable {
		e.RetryAfter = outage
	}
	return e
}

// Default returns the table's message for a code.
func Default(code Code) string { return rows[code].Message }

// RetrySeconds is RetryAfter in whole seconds, rounded up: whoever waits so long
// does not come too early.
func (e *Error) RetrySeconds() int { return int((e.RetryAfter + time.Second - 1) / time.Second) }

// Newf returns an error of the given code with a message of its own.
func Newf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Missing returns InputMissing for a field.
func Missing(field string) *Error {
	return &Error{Code: InputMissing, Field: field, Message: fmt.Sprintf("'%s' is required.", field)}
}

// Invalid returns InputInvalid for a field; the message says what to do.
func Invalid(field, format string, args ...any) *Error {
	return &Error{Code: InputInvalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// Limited returns RateLimited with how long to wait.
func Limited(wait time.Duration) *Error {
	e := New(RateLimited)
	e.RetryAfter = wait
	return e
}

// Absent returns NotFound for a field that names an object by its id.
func Absent(field, noun string) *Error {
	return &Error{Code: NotFound, Field: field, Message: fmt.Sprintf("There is no %s with this id.", noun)}
}

// Wrap returns an error of the given code that keeps its cause for the log.
func Wrap(code Code, cause error) *Error {
	e := New(code)
	e.cause = cause
	return e
}

// From returns the *Error inside err, or Internal wrapping it. From(nil) is nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Wrap(Internal, err)
}

// Is reports whether err carries the given code.
func Is(err error, code Code) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}
