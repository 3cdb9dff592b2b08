"""Times work on a PyTorch model in the fastest way that this machine has.

Where nothing is chosen yet, the model is tried with all processors, with PyTorch's own number of threads
and with one, then compiled; the fastest is timed and reported as `choice`, which later repetitions are
given.
"""

import os
import signal
import sys
import time
from contextlib import contextmanager

import torch

COMPILE_LIMIT = 240  # seconds until torch.compile is given up


def measure(request, model, work_of):
    """The timed runs of the fastest way, or of the one that the request has from an earlier time.

    `work_of` makes a function without arguments of the model, eager or compiled.
    """
    choice, trials = request.get("choice"), {}
    if choice is None:
        choice, work, trials = choose(model, work_of)
    else:
        torch.set_num_threads(choice["threads"])
        fast = compiled(model, work_of) if choice["mode"] == "compiled" else None
        work = fast or work_of(model)
        work()  # not counted
        choice = {**choice, "mode": "compiled" if fast else "eager"}
    seconds = timed(request["runs"], work, request["budget"])
    by = f"PyTorch {torch.__version__}, {describe(choice['mode'], choice['threads'])}"
    return {"seconds": seconds, "more": {"by": by, "choice": choice, "trials": trials}}


def choose(model, work_of):
    """The fastest of thread counts, then of eager and compiled: the choice, its work, and all trials."""
    eager, trials = work_of(model), {}
    for threads in sorted({os.cpu_count(), torch.get_num_threads(), 1}, reverse=True):
        torch.set_num_threads(threads)
        seconds = once(eager)
        best = min(trials.values(), default=float("inf"))
        if seconds < 2 * best:  # else it is hopeless, even though the first call is a slow one
            trials["eager", threads] = once(eager)
    _, threads = min(trials, key=trials.get)
    torch.set_num_threads(threads)
    fast = compiled(model, work_of)
    if fast:
        trials["compiled", threads] = once(fast)
    mode, threads = min(trials, key=trials.get)
    choice = {"mode": mode, "threads": threads}
    named = {describe(*way): seconds for way, seconds in trials.items()}
    return choice, fast if mode == "compiled" else eager, named


def compiled(model, work_of):
    """The work of the compiled model, run once; None where compiling fails, as without a C++ compiler."""
    try:
        with at_most(COMPILE_LIMIT):
            work = work_of(torch.compile(model))
            work()
            return work
    except Exception as error:  # whatever the compiler raises, eager mode is still there
        print(f"torch.compile: {type(error).__name__}", file=sys.stderr)
        torch._dynamo.reset()
        return None


@contextmanager
def at_most(seconds):
    """Raises TimeoutError in the block after so many seconds, where the system has alarms."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(*_):
        raise TimeoutError(f"more than {seconds} s")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def timed(runs, work, budget):
    """Seconds of up to `runs` runs; of fewer, but one, where they would pass `budget` seconds."""
    seconds = []
    while len(seconds) < runs and (not seconds or sum(seconds) + seconds[-1] <= budget):
        seconds.append(once(work))
    return seconds


def once(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def describe(mode, threads):
    return f"{mode}, {threads} thread{'s' if threads > 1 else ''}"
