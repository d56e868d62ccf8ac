"""Reads text files, upper-cases their lines and writes one file. With s3:// paths it needs AWS
credentials in its workers and nowhere else: ReadFromText would look at the files when submitting."""

import argparse

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--input", required=True, help="for example s3://bucket/*.txt")
    parser.add_argument("--output", required=True, help="for example s3://bucket/result.txt")
    arguments, beam_options = parser.parse_known_args()
    with beam.Pipeline(options=PipelineOptions(beam_options)) as pipeline:
        (
            pipeline
            | beam.Create([arguments.input])
            | beam.io.ReadAllFromText()
            | beam.Map(str.upper)
            | beam.io.WriteToText(arguments.output, shard_name_template="")
        )


if __name__ == "__main__":
    main()
