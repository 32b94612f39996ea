// Package madang is the root of the house. Its folders are the architecture: see
// docs/ARCHITECTURE.md. The server's program is cmd/madang; no Go API is promised.
package madang
