//go:build real && linux

package real

import (
	"bufio"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

// visitor is somebody with an account at the IRC port who is driven by one goroutine, and
// cheap enough for ten thousand of them. What goes wrong is an error, not the end of a test.
type visitor struct {
	name     string
	patience time.Duration // for each line
	conn     net.Conn
	reader   *bufio.Reader
	said     []saidLine // PRIVMSGs of people, in the order in which they came
	shown    int        // how many of those were in a batch: history
	fault    string     // what the server said that it should not
}

// errEnded is the end of a connection that nobody wanted.
var errEnded = errors.New("the connection ended")

// visit connects; nobody is signed in yet.
func visit(name, address string, wait time.Duration) (*visitor, error) {
	conn, err := net.DialTimeout("tcp", address, wait)
	if err != nil {
		return nil, err
	}
	return &visitor{name: name, patience: wait, conn: conn, reader: bufio.NewReaderSize(conn, 2<<10)}, nil
}

func (v *visitor) close() { _ = v.conn.Close() }

func (v *visitor) send(format string, args ...any) {
	_, _ = fmt.Fprintf(v.conn, format+"\r\n", args...)
}

// line reads one, answers PING, and remembers what was said.
func (v *visitor) line() (string, error) {
	_ = v.conn.SetReadDeadline(time.Now().Add(v.patience))
	line, err := v.reader.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("%s: %w: %w %s", v.name, errEnded, err, v.fault)
	}
	line = strings.TrimRight(line, "\r\n")
	switch m, ok := parseSaid(line); {
	case ok:
		if m.tag("batch") != "" {
			v.shown++
		}
		v.said = append(v.said, m)
	case strings.HasPrefix(line, "PING "):
		v.send("PONG %s", line[len("PING "):])
	case strings.HasPrefix(line, "ERROR ") || strings.Contains(line, " FAIL ") || strings.Contains(line, "_UNAVAILABLE"):
		v.fault = line
	}
	return line, nil
}

// until reads up to a line with one of these parts.
func (v *visitor) until(parts ...string) (string, error) {
	for {
		line, err := v.line()
		if err != nil {
			return "", fmt.Errorf("waiting for %q: %w", parts, err)
		}
		for _, part := range parts {
			if strings.Contains(line, part) {
				return line, nil
			}
		}
	}
}

// sync waits until everything sent before is answered.
func (v *visitor) sync() error {
	token := "sync-" + strconv.FormatInt(time.Now().UnixNano(), 36)
	v.send("PING %s", token)
	for {
		line, err := v.until(" PONG ")
		if err != nil || strings.HasSuffix(line, token) {
			return err
		}
	}
}

// begin asks for capabilities and gives its name.
func (v *visitor) begin(caps string) error {
	v.send("CAP LS 302")
	v.send("CAP REQ :%s", caps)
	if _, err := v.until(" ACK "); err != nil {
		return err
	}
	v.send("NICK %s", v.name)
	v.send("USER %s 0 * :%s", v.name, v.name)
	return nil
}

// finish ends the negotiation and waits for the welcome and all that follows it.
func (v *visitor) finish() error {
	v.send("CAP END")
	if _, err := v.until(" 001 "); err != nil {
		return err
	}
	return v.sync()
}

// plain signs in by SASL PLAIN (RFC 4616).
func (v *visitor) plain(password string) error {
	v.send("AUTHENTICATE PLAIN")
	if _, err := v.until("AUTHENTICATE +"); err != nil {
		return err
	}
	v.send("AUTHENTICATE %s", base64.StdEncoding.EncodeToString([]byte("\x00"+v.name+"\x00"+password)))
	return v.verdict()
}

func (v *visitor) verdict() error {
	line, err := v.until(" 903 ", " 904 ", " 905 ", " 906 ")
	if err == nil && !strings.Contains(line, " 903 ") {
		err = fmt.Errorf("%s: not signed in: %s", v.name, line)
	}
	return err
}

// scram signs in by SASL SCRAM-SHA-256 (RFC 5802, RFC 7677).
func (v *visitor) scram(password string, keys *keyring) error {
	v.send("AUTHENTICATE SCRAM-SHA-256")
	if _, err := v.until("AUTHENTICATE +"); err != nil {
		return err
	}
	bare := "n=" + v.name + ",r=" + rand.Text()
	v.authenticate("n,," + bare)
	first, err := v.challenge()
	if err != nil {
		return err
	}
	final, err := scramFinal(keys, password, bare, first)
	if err != nil {
		return fmt.Errorf("%s: %w", v.name, err)
	}
	v.authenticate(final)
	if _, err := v.challenge(); err != nil { // the server's own proof
		return err
	}
	v.send("AUTHENTICATE +")
	return v.verdict()
}

func (v *visitor) authenticate(message string) {
	v.send("AUTHENTICATE %s", base64.StdEncoding.EncodeToString([]byte(message)))
}

func (v *visitor) challenge() (string, error) {
	line, err := v.until("AUTHENTICATE ", " 904 ")
	if err != nil {
		return "", err
	}
	_, text, ok := strings.Cut(line, "AUTHENTICATE ")
	if !ok {
		return "", fmt.Errorf("%s: not signed in: %s", v.name, line)
	}
	message, err := base64.StdEncoding.DecodeString(text)
	return string(message), err
}

// scramFinal is the client's last message, by the server's first.
func scramFinal(keys *keyring, password, bare, first string) (string, error) {
	var nonce, salt string
	iterations := 0
	for part := range strings.SplitSeq(first, ",") {
		key, value, _ := strings.Cut(part, "=")
		switch key {
		case "r":
			nonce = value
		case "s":
			salt = value
		case "i":
			iterations, _ = strconv.Atoi(value)
		}
	}
	raw, err := base64.StdEncoding.DecodeString(salt)
	if err != nil || iterations == 0 {
		return "", fmt.Errorf("not a first message of SCRAM: %q", first)
	}
	salted, err := keys.key(password, string(raw), iterations)
	if err != nil {
		return "", err
	}
	key := mac(salted, "Client Key")
	stored := sha256.Sum256(key)
	without := "c=biws,r=" + nonce
	proof := mac(stored[:], bare+","+first+","+without)
	for i := range proof {
		proof[i] ^= key[i]
	}
	return without + ",p=" + base64.StdEncoding.EncodeToString(proof), nil
}

// salting is what a client may keep between two sign-ins (RFC 5802 5.1): the costly part.
type salting struct {
	password, salt string
	iterations     int
}

// keyring has what was worked out, by salting, as the clients' own machines would.
type keyring struct{ sync.Map }

func (k *keyring) key(password, salt string, iterations int) ([]byte, error) {
	what := salting{password, salt, iterations}
	if key, ok := k.Load(what); ok {
		return key.([]byte), nil
	}
	key, err := pbkdf2.Key(sha256.New, password, []byte(salt), iterations, sha256.Size)
	if err == nil {
		k.Store(what, key)
	}
	return key, err
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
