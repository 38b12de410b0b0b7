package store

import "context"

// Pragmas returns settings of SQLite's writing connection by name.
func (s *Store) Pragmas(ctx context.Context, names ...string) (map[string]string, error) {
	values := map[string]string{}
	for _, name := range names {
		var v string
		if err := s.driver.writer.QueryRowContext(ctx, "PRAGMA "+name).Scan(&v); err != nil {
			return nil, err
		}
		values[name] = v
	}
	return values, nil
}
