"""A headless Chromium, asked through https://chromedevtools.github.io/devtools-protocol.

It speaks JSON over two pipes, so nothing but the program is needed. One process opens many pages.
"""

# ruff: noqa: S603 - it starts the program that it found

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
GO_ON = "Runtime.runIfWaitingForDebugger"
SECONDS = 30.0  # for one answer
# It reads from 3 and writes to 4: the ends of the pipes are put there, whatever they are here.
LAUNCH = """import os, sys
for end, spare in zip(sys.argv[1:3], (60, 61)):
    os.dup2(int(end), spare)
os.dup2(60, 3)
os.dup2(61, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
FIT = """(() => {
  const svg = document.documentElement, size = svg.getBoundingClientRect();
  const scale = Math.min(1, innerWidth / size.width, innerHeight / size.height);
  svg.setAttribute("width", size.width * scale);
  svg.setAttribute("height", size.height * scale);
})()"""


def found() -> str | None:
    """The program, or None; pipes with given numbers are POSIX's."""
    programs = [shutil.which(name) for name in NAMES] if os.name == "posix" else []
    return next((program for program in programs if program), None)


class Browser:
    """A running Chromium with one page, until it is closed.

    Attributes:
        said: what the page wrote to its console, errors it raised and dialogues it opened.
        asked: every address that the page, its workers and its frames asked for.
    """

    def __init__(self) -> None:
        program = found()
        if program is None:
            raise FileNotFoundError("no Chromium is installed")
        self.said: list[str] = []
        self.asked: list[str] = []
        self._session = ""
        self._frame: tuple[str, int] = ("", 0)  # session and context of the newest document
        self._number = 0
        self._rest = b""
        self._loaded = False
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        commands, write = os.pipe()
        self._write = os.fdopen(write, "wb")
        self._read, answers = os.pipe()
        command = [
            program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--no-first-run", "--disable-dev-shm-usage", "--disable-background-networking",
            "--disable-component-update", "--remote-debugging-pipe", "--force-color-profile=srgb",
            f"--user-data-dir={self._folder.name}", "about:blank",
        ]  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH, str(commands), str(answers), *command],
            pass_fds=(commands, answers),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "HOME": self._folder.name},
        )
        os.close(commands)
        os.close(answers)
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")
        self.ask("Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=True, flatten=True)
        self.look_like("light")

    def close(self) -> None:
        """End the program."""
        self._write.close()
        os.close(self._read)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._folder.cleanup()

    def look_like(self, scheme: str, width: int = 1600, height: int = 900) -> None:
        """Set the screen: light or dark, and its size."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", media="screen", features=features)

    def open(self, path: Path | str) -> None:
        """Open a file or an address until it is loaded; ``said`` and ``asked`` begin anew."""
        self.said, self.asked, self._loaded = [], [], False
        url = path if isinstance(path, str) else path.resolve().as_uri()
        answer = self.ask("Page.navigate", url=url)
        if answer.get("errorText"):
            raise OSError(answer["errorText"])
        end = time.monotonic() + SECONDS
        while not self._loaded:
            self._take(end)

    def fit(self) -> None:
        """Make the SVG that is open as small as it must be to be seen whole."""
        self.run(FIT)

    def run(self, script: str, *, framed: bool = False) -> Any:
        """What an expression gives in the page, as JSON; a promise is waited for.

        ``framed`` runs it in the frame that was opened last.
        """
        options: dict[str, Any] = {"returnByValue": True, "awaitPromise": True}
        session = ""
        if framed:
            session, options["contextId"] = self._frame
        answer = self.ask("Runtime.evaluate", session, expression=script, **options)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def screenshot(self) -> bytes:
        """The screen as PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"])

    def point(self, x: float, y: float) -> None:
        """Move the pointer there and click."""
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = {} if kind == "mouseMoved" else {"button": "left", "clickCount": 1}
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, **button)

    def wheel(self, x: float, y: float, by: float) -> None:
        """Turn the wheel there; below 0 is upwards."""
        self.ask("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=by)
        self.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def press(self, key: str) -> None:
        """Press a key and let it go."""
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key)

    def ask(self, method: str, session: str = "", **params: Any) -> Any:
        """One command of the protocol, and its answer."""
        number = self._send(method, params, session)
        end = time.monotonic() + SECONDS
        while (answer := self._take(end)).get("id") != number:
            pass
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def _send(self, method: str, params: dict[str, Any], session: str = "") -> int:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if session or self._session:
            message["sessionId"] = session or self._session
        self._write.write(json.dumps(message).encode() + b"\0")
        self._write.flush()
        return self._number

    def _take(self, end: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], max(0.0, end - time.monotonic()))
            more = os.read(self._read, 1 << 20) if ready else b""
            if not more:
                raise TimeoutError("Chromium does not answer")
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        self._note(message.get("method", ""), message.get("params", {}), message.get("sessionId"))
        return message

    def _note(self, event: str, params: dict[str, Any], session: str | None) -> None:
        if event == "Page.loadEventFired":
            self._loaded = True
        elif event == "Network.requestWillBeSent":
            self.asked.append(params["request"]["url"])
        elif event == "Runtime.executionContextCreated":
            self._note_context(params["context"], session or "")
        elif event == "Target.attachedToTarget" and self._session:  # a worker, or a frame apart
            for method in ("Network.enable", "Runtime.enable", "Log.enable", GO_ON):
                self._send(method, {}, params["sessionId"])
        elif event == "Runtime.consoleAPICalled":
            self.said.append(" ".join(str(a.get("value", a)) for a in params["args"]))
        elif event == "Runtime.exceptionThrown":
            self.said.append(str(params["exceptionDetails"]))
        elif event == "Log.entryAdded":
            self.said.append(params["entry"]["text"])
        elif event == "Page.javascriptDialogOpening":
            self.said.append(f"a dialogue: {params['message']}")
            self._send("Page.handleJavaScriptDialog", {"accept": False})  # the page waits for it

    def _note_context(self, context: dict[str, Any], session: str) -> None:
        if context.get("auxData", {}).get("isDefault"):  # a worker's is not
            self._frame = (session, context["id"])
