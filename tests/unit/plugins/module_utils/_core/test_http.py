# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, TransportFailed
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import DirectTransport


class Echo(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(503)
        self.send_header("X-Path", self.path)
        self.send_header("X-Connection", self.headers["Connection"])
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with HTTPServer(("127.0.0.1", 0), Echo) as httpd:
        threading.Thread(target=httpd.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


def test_any_answer_is_an_answer(server):
    answer = DirectTransport().request("POST", f"{server}/a?b=1#part", body=b"data")
    assert (answer.status, answer.body) == (503, b"data")
    assert (answer.headers["x-path"], answer.headers["x-connection"]) == ("/a?b=1", "close")


def test_no_answer_names_the_address_and_the_cause():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
        with pytest.raises(TransportFailed) as caught:
            DirectTransport().request("GET", url)
    assert caught.value.details == {"url": url, "found": "Connection refused"}


def test_a_silent_server_is_a_timeout():
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TransportFailed) as caught:
        DirectTransport().request("GET", f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout=0.2)
    assert caught.value.details["found"] == "timeout"


@pytest.mark.parametrize("url", ["ftp://x/", "127.0.0.1:80", "http://", "http://x:port/", "/health"])
def test_what_is_no_http_address_is_bad_input(url):
    with pytest.raises(BadInput, match="url.invalid"):
        DirectTransport().request("GET", url)
