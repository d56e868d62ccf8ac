// Command pipeline reads text files, upper-cases their lines and writes one file. With s3:// paths it
// needs AWS credentials in its workers and nowhere else.
package main

import (
	"context"
	"flag"
	"log"
	"strings"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/textio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/x/beamx"

	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/s3"
)

var (
	input  = flag.String("input", "", "files to read, for example s3://bucket/*.txt")
	output = flag.String("output", "", "file to write, for example s3://bucket/result.txt")
	hold   = flag.Duration("hold", 0, "time to spend on each line, for a pipeline that takes longer")
)

func init() {
	register.DoFn2x1[context.Context, string, string](&upperFn{})
}

type upperFn struct {
	Hold time.Duration
}

// ProcessElement returns the line in upper case, after the time to hold it.
func (fn *upperFn) ProcessElement(_ context.Context, line string) string {
	time.Sleep(fn.Hold)
	return strings.ToUpper(line)
}

func main() {
	flag.Parse()
	beam.Init()
	pipeline, scope := beam.NewPipelineWithRoot()
	lines := textio.Read(scope, *input)
	upper := beam.ParDo(scope, &upperFn{Hold: *hold}, lines)
	textio.Write(scope, *output, upper)
	if err := beamx.Run(context.Background(), pipeline); err != nil {
		log.Fatalf("pipeline failed: %v", err)
	}
}
