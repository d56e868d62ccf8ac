"""Reads the S3 object that each line of standard input names, with one pyarrow file system (the AWS
SDK for C++) for the life of the process."""

import json
import os
import sys
from urllib.parse import urlsplit

import pyarrow
from pyarrow import fs


def read(s3: fs.S3FileSystem, bucket: str, key: str) -> dict:
    try:
        with s3.open_input_stream(f"{bucket}/{key}") as stream:
            return {"ok": True, "text": stream.readall().decode()}
    except OSError as error:
        return {"ok": False, "error": str(error)}


def main() -> None:
    endpoint = urlsplit(os.environ["AWS_ENDPOINT_URL"])
    s3 = fs.S3FileSystem(scheme=endpoint.scheme, endpoint_override=endpoint.netloc)
    print(json.dumps({"version": pyarrow.__version__}), flush=True)
    for line in sys.stdin:
        print(json.dumps(read(s3, **json.loads(line))), flush=True)


main()
