// An application for the tests of the Applications tier: a small web server that tells where it runs and what it can
// reach (/reach by TCP, /quic by QUIC, /udp by datagrams), echoes what comes by a WebSocket, and sends events. Started as "app crash" it ends with a last word and exit
// code 3; as "app work" it answers no HTTP and tells now and then that it works. With MACULA_QUIC_PORT it gives back what comes by
// QUIC on that port (the peer of ../quic-peer, a real library), and datagrams of plain UDP on the next one. `pgrep`, by which the
// platform's manifests ask for a BEAM, is a stand-in of this program: it finds one as soon as the program began to work.
package main

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func reach(address string) string {
	connection, err := net.DialTimeout("tcp", address, 3*time.Second)
	if err != nil {
		return err.Error()
	}
	defer connection.Close()
	return "connected to " + connection.RemoteAddr().String()
}

// datagrams sends five of plain UDP, each other than the last, and says how many came back as they were: a lost one is sent again.
func datagrams(address string) string {
	connection, err := net.Dial("udp4", address)
	if err != nil {
		return err.Error()
	}
	defer connection.Close()
	back := make([]byte, 2048)
	for number := 0; number < 5; number++ {
		sent := fmt.Sprintf("datagram %d of %d %s", number, time.Now().UnixNano(), strings.Repeat("x", 100*number))
		answered := false
		for try := 0; try < 5 && !answered; try++ {
			if _, err := connection.Write([]byte(sent)); err != nil {
				return err.Error()
			}
			connection.SetReadDeadline(time.Now().Add(2 * time.Second))
			for {
				length, err := connection.Read(back)
				if err != nil {
					break
				}
				// What was sent twice comes back twice.
				if answered = string(back[:length]) == sent; answered {
					break
				}
			}
		}
		if !answered {
			return fmt.Sprintf("datagram %d did not come back", number)
		}
	}
	return "5 datagrams there and back from " + connection.RemoteAddr().String()
}

func trace() string {
	now := time.Now().UnixNano()
	body := fmt.Sprintf(`{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":%q}}]},"scopeSpans":[{"spans":[{"traceId":"%032x","spanId":"%016x","name":"GET /trace","kind":2,"startTimeUnixNano":"%d","endTimeUnixNano":"%d"}]}]}]}`,
		os.Getenv("OTEL_SERVICE_NAME"), now, now, now-1000000, now)
	answer, err := http.Post(os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT")+"/v1/traces", "application/json", strings.NewReader(body))
	if err != nil {
		return err.Error()
	}
	defer answer.Body.Close()
	return answer.Status + fmt.Sprintf(" %032x", now)
}

// echo answers a WebSocket with what it says: short text frames are all that the tests send.
func echo(w http.ResponseWriter, r *http.Request) {
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") || len(r.Header.Values("Upgrade")) != 1 {
		http.Error(w, "no upgrade arrived", http.StatusBadRequest)
		return
	}
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	connection, buffer, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer connection.Close()
	fmt.Fprintf(connection, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
	for {
		head, err := frame(buffer.Reader, 6)
		if err != nil || head[0]&0x0f == 8 {
			return
		}
		text, err := frame(buffer.Reader, int(head[1]&0x7f))
		if err != nil {
			return
		}
		for i := range text {
			text[i] ^= head[2+i%4]
		}
		connection.Write(append([]byte{0x81, byte(len(text))}, text...))
	}
}

func frame(from *bufio.Reader, bytes int) ([]byte, error) {
	read := make([]byte, bytes)
	_, err := io.ReadFull(from, read)
	return read, err
}

// beam is there as soon as the program works: what probes that look for a BEAM are answered by.
const beam = "/beam.smp"

func quic(port string) {
	number, err := strconv.Atoi(port)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	peer := exec.Command("/quic-peer", "serve", fmt.Sprintf("0.0.0.0:%d", number), fmt.Sprintf("0.0.0.0:%d", number+1))
	// Its own stdin: in a tests' pod there is no /dev/null that could be opened.
	peer.Stdin, peer.Stdout, peer.Stderr = os.Stdin, os.Stdout, os.Stderr
	// With its parent, which is killed when its pod goes.
	peer.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	runtime.LockOSThread()
	fmt.Println(peer.Run())
	os.Exit(1)
}

func main() {
	if filepath.Base(os.Args[0]) == "pgrep" {
		if _, err := os.Stat(beam); err != nil || os.Args[len(os.Args)-1] != "beam.smp" {
			os.Exit(1)
		}
		return
	}
	if port := os.Getenv("MACULA_QUIC_PORT"); port != "" && (len(os.Args) == 1 || os.Args[1] == "work") {
		go quic(port)
	}
	if len(os.Args) > 1 && os.Args[1] == "work" {
		if err := os.WriteFile(beam, nil, 0o644); err != nil {
			fmt.Println(err)
		}
		for {
			fmt.Println("works")
			time.Sleep(time.Second)
		}
	}
	if len(os.Args) > 1 && os.Args[1] == "crash" {
		fmt.Println("starting")
		fmt.Println("fatal: the table players is missing")
		os.Exit(3)
	}
	host, _ := os.Hostname()
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Printf("%s %s\n", r.Method, r.URL)
		switch r.URL.Path {
		case "/env":
			io.WriteString(w, strings.Join(os.Environ(), "\n"))
		case "/reach":
			io.WriteString(w, reach(r.URL.Query().Get("tcp")))
		case "/udp":
			io.WriteString(w, datagrams(r.URL.Query().Get("to")))
		case "/quic":
			// A client in a pod: the bytes come back over a real QUIC connection.
			ask := exec.Command("/quic-peer", "ask", r.URL.Query().Get("to"), "100000")
			ask.Stdin = os.Stdin
			said, err := ask.CombinedOutput()
			if err != nil {
				w.WriteHeader(http.StatusBadGateway)
			}
			w.Write(said)
		case "/trace":
			io.WriteString(w, trace())
		case "/live":
			echo(w, r)
		case "/broken":
			http.Error(w, "its own 503", http.StatusServiceUnavailable)
		default:
			fmt.Fprintf(w, "%s answers from pod %s (%s), host %s", os.Getenv("OTEL_SERVICE_NAME"), os.Getenv("HOSTNAME"), host, r.Host)
		}
	})
	fmt.Printf("listening on %s\n", os.Getenv("PORT"))
	if err := http.ListenAndServe(":"+os.Getenv("PORT"), nil); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
