"""Starts the programs that are timed, ours and the peers', and reads what they print."""

import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PYTHON = os.environ.get("IDENTITIES_PYTHON", sys.executable)


def build():
    command = ["swift", "build", "-c", "release", "--package-path", str(HERE), "--product", "bench"]
    subprocess.run(command, check=True, stdout=sys.stderr)


def ours(work, threads, repetitions):
    command = [str(HERE / ".build/release/bench"), work, str(threads), str(repetitions)]
    if not shutil.which("taskset"):
        return command
    # Both sides keep to the same processors (peers/timing.py).
    cores = ",".join(str(core) for core in sorted(os.sched_getaffinity(0))[:threads])
    return ["taskset", "-c", cores, *command]


def peer(name, work, threads, repetitions):
    return [PYTHON, str(HERE / "peers" / f"{name}_peer.py"), work, str(threads), str(repetitions)]


def result(command, timeout):
    """What a program measured, or the reason why there is nothing."""
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        output, errors = program.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        program.kill()
        program.communicate()
        return None, f"not finished after {timeout} s"
    rows = [row for row in output.splitlines() if row.startswith("{")]
    if program.returncode == 0 and rows:
        return json.loads(rows[-1]), ""
    last = (errors.strip().splitlines() or [f"exit status {program.returncode}"])[-1]
    if last.startswith("ModuleNotFoundError"):
        return None, "not installed: " + last.split(": ")[1]
    return None, last[:160]


def machine():
    """A sentence's worth about where the numbers come from."""
    try:
        names = [row.split(":")[1].strip() for row in open("/proc/cpuinfo") if row.startswith("model name")]
        processor = f"{names[0]}, {len(names)} processors"
    except (OSError, IndexError):
        processor = platform.processor() or "an unknown processor"
    version = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    return f"{processor}, {platform.system()} {platform.machine()}; {version}; Python {platform.python_version()}"


def seconds(value):
    """A duration with three digits."""
    return f"{value * 1000:.3g} ms" if value < 1 else f"{value:.3g} s" if value < 100 else f"{value:.0f} s"


def write(name, lines):
    """Replaces a page at once, so that an interrupted run leaves the old one."""
    part = HERE / (name + ".part")
    part.write_text("\n".join(lines) + "\n")
    part.replace(HERE / name)
    print(f"wrote Benchmarks/{name}", file=sys.stderr)
