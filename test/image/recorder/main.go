// The image suite's /opt/apache/beam/boot: it says how it was started and does what the environment
// asks of it. Like Beam's own boot it is static, and its worker is a process of its own.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

const workerName = "worker"

func main() {
	if os.Args[0] == workerName {
		callAws()
		return
	}
	report("started", map[string]any{
		"arguments":   os.Args[1:],
		"environment": os.Environ(),
		"pid":         os.Getpid(),
		"parentPid":   os.Getppid(),
		"uid":         os.Getuid(),
		"directory":   workingDirectory(),
	})
	if os.Getenv("RECORDER_START_WORKER") != "" {
		startWorker()
	}
	if os.Getenv("RECORDER_WAIT") != "" {
		waitForSignal()
	}
	os.Exit(exitCode())
}

// startWorker inherits everything, as Beam's boot lets its worker do.
func startWorker() {
	worker := exec.Command("/proc/self/exe")
	worker.Args = []string{workerName}
	worker.Stdout, worker.Stderr = os.Stdout, os.Stderr
	if err := worker.Run(); err != nil {
		fail(err)
	}
}

// callAws asks STS who the worker is, with the AWS SDK's default credential chain.
func callAws() {
	ctx := context.Background()
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		fail(err)
	}
	identity, err := sts.NewFromConfig(settings).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		fail(err)
	}
	report("identity", map[string]any{"arn": *identity.Arn, "region": settings.Region})
}

func waitForSignal() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	report("waiting", nil)
	report("signal", map[string]any{"name": (<-signals).String()})
}

func exitCode() int {
	code, err := strconv.Atoi(os.Getenv("RECORDER_EXIT_CODE"))
	if err != nil {
		return 0
	}
	return code
}

func workingDirectory() string {
	directory, err := os.Getwd()
	if err != nil {
		fail(err)
	}
	return directory
}

// report writes one line of JSON to standard output.
func report(event string, fields map[string]any) {
	line, err := json.Marshal(map[string]any{"event": event, "fields": fields})
	if err != nil {
		fail(err)
	}
	fmt.Println(string(line))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "recorder:", err)
	os.Exit(99)
}
