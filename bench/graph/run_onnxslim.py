"""OnnxSlim in its own process: python bench/graph/run_onnxslim.py SOURCE TARGET WARM_UP RUNS

Reads and optimises the file again and again, for WARM_UP seconds unmeasured, then RUNS times, and prints milliseconds of processor
time as JSON: `first` of the very first time, `median` of the measured ones, `written` of those with the model serialised. Imports are
not in it. `run_ours.mjs` does the same.
"""

import json
import statistics
import sys
import time

import onnx
import onnxslim


def main(source, target, warm_up, runs):
    def timed():
        start = time.process_time()
        slimmed = onnxslim.slim(source)
        done = time.process_time()
        slimmed.SerializeToString()
        return (done - start) * 1000, (time.process_time() - start) * 1000, slimmed

    begin = time.process_time()
    first, _, slimmed = timed()
    while time.process_time() - begin < warm_up:
        timed()
    measured = [timed() for _ in range(runs)]
    median, written = (statistics.median(run[at] for run in measured) for at in (0, 1))
    onnx.save(slimmed, target)
    print(json.dumps({"first": first, "median": median, "written": written}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))
