"""The smallest Lambda runtime in Python: what AWS's own does, without its extras."""
import http.client
import json
import os


def run(handler) -> None:
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    while True:
        connection.request("GET", "/2018-06-01/runtime/invocation/next")
        response = connection.getresponse()
        identity, event = response.headers["lambda-runtime-aws-request-id"], json.load(response)
        answer = json.dumps(handler(event))
        connection.request("POST", f"/2018-06-01/runtime/invocation/{identity}/response", answer)
        connection.getresponse().read()
