"""Reads the S3 object that each line of standard input names, with one boto3 client for the life of
the process."""

import json
import sys

import boto3


def read(client, bucket: str, key: str) -> dict:
    try:
        body = client.get_object(Bucket=bucket, Key=key)["Body"]
        return {"ok": True, "text": body.read().decode()}
    except Exception as error:
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}


def main() -> None:
    client = boto3.client("s3")
    print(json.dumps({"version": boto3.__version__}), flush=True)
    for line in sys.stdin:
        print(json.dumps(read(client, **json.loads(line))), flush=True)


main()
