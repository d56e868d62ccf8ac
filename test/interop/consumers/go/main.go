// Command consumer reads the S3 object that each line of standard input names, with one S3 client
// for the life of the process.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

type request struct {
	Bucket string `json:"bucket"`
	Key    string `json:"key"`
}

type answer struct {
	Version string `json:"version,omitempty"`
	OK      bool   `json:"ok"`
	Text    string `json:"text,omitempty"`
	Error   string `json:"error,omitempty"`
}

func main() {
	ctx := context.Background()
	answers := json.NewEncoder(os.Stdout)
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		panic(err)
	}
	client := s3.NewFromConfig(cfg)
	answers.Encode(answer{Version: aws.SDKVersion})
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var wanted request
		if err := json.Unmarshal(lines.Bytes(), &wanted); err != nil {
			panic(err)
		}
		answers.Encode(read(ctx, client, wanted))
	}
}

func read(ctx context.Context, client *s3.Client, wanted request) answer {
	object, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &wanted.Bucket, Key: &wanted.Key})
	if err != nil {
		return answer{Error: err.Error()}
	}
	defer object.Body.Close()
	text, err := io.ReadAll(object.Body)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{OK: true, Text: string(text)}
}
