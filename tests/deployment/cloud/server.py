#!/usr/bin/env python3
"""Moto's server on a free port of loopback, with the types of resources.py. Prints its address first."""

import os
import signal

from moto.server import ThreadedMotoServer

import resources


def main() -> None:
    # Nothing runs in moto. A service is stable there when it says so itself.
    os.environ["MOTO_ECS_SERVICE_RUNNING"] = "2"
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    resources.register("http://{}:{}".format(*server.get_host_and_port()))
    print(resources.Api.endpoint, flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
