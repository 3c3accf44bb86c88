// An application for the tests of the Applications tier: a small web server that tells where it runs and what it can
// reach. Started as "app crash" it ends with a last word and exit code 3.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
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

func main() {
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
		case "/trace":
			io.WriteString(w, trace())
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
