// The tests' peer of QUIC, over a real library: `serve ADDRESS:PORT [ADDRESS:PORT]` gives back every stream of QUIC, and every
// datagram of plain UDP on the second address; `ask ADDRESS:PORT BYTES` makes a connection, sends as many random bytes over a
// stream and compares what comes back.
package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/quic-go/quic-go"
)

const protocol = "macula-test"

func main() {
	var err error
	switch {
	case len(os.Args) >= 3 && os.Args[1] == "serve":
		if len(os.Args) > 3 {
			go func() {
				fmt.Fprintln(os.Stderr, echo(os.Args[3]))
				os.Exit(1)
			}()
		}
		err = serve(os.Args[2])
	case len(os.Args) == 4 && os.Args[1] == "ask":
		err = ask(os.Args[2], os.Args[3])
	default:
		err = fmt.Errorf("serve ADDRESS:PORT [ADDRESS:PORT], or ask ADDRESS:PORT BYTES")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// certificate is made anew at each start; the client does not look at it.
func certificate() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

func serve(address string) error {
	own, err := certificate()
	if err != nil {
		return err
	}
	listener, err := quic.ListenAddr(address, &tls.Config{Certificates: []tls.Certificate{own}, NextProtos: []string{protocol}}, nil)
	if err != nil {
		return err
	}
	fmt.Println("listens")
	for {
		connection, err := listener.Accept(context.Background())
		if err != nil {
			return err
		}
		go func() {
			for {
				stream, err := connection.AcceptStream(context.Background())
				if err != nil {
					return
				}
				go func() {
					_, _ = io.Copy(stream, stream)
					_ = stream.Close()
				}()
			}
		}()
	}
}

func echo(address string) error {
	socket, err := net.ListenPacket("udp4", address)
	if err != nil {
		return err
	}
	buffer := make([]byte, 65536)
	for {
		size, from, err := socket.ReadFrom(buffer)
		if err != nil {
			return err
		}
		_, _ = socket.WriteTo(buffer[:size], from)
	}
}

func ask(address, count string) error {
	size, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	began := time.Now()
	connection, err := quic.DialAddr(ctx, address, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{protocol}}, &quic.Config{HandshakeIdleTimeout: 20 * time.Second})
	if err != nil {
		return err
	}
	made := time.Since(began)
	stream, err := connection.OpenStreamSync(ctx)
	if err != nil {
		return err
	}
	sent := make([]byte, size)
	if _, err := rand.Read(sent); err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() {
		_, err := stream.Write(sent)
		_ = stream.Close()
		failed <- err
	}()
	back, err := io.ReadAll(stream)
	if err != nil {
		return err
	}
	if err := <-failed; err != nil {
		return err
	}
	if !bytes.Equal(sent, back) {
		return fmt.Errorf("%d bytes came back for %d, and others", len(back), size)
	}
	fmt.Printf("%d bytes there and back in %d ms, handshake %d ms\n", size, time.Since(began).Milliseconds(), made.Milliseconds())
	return connection.CloseWithError(0, "")
}
