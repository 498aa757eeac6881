"""OnnxSlim in its own process: python bench/graph/run_onnxslim.py SOURCE TARGET

Prints the least milliseconds of processor time of a few calls in process: reading is included, imports are not.
"""

import sys
import time

import onnx
import onnxslim

RUNS = 3
SECONDS = 10


def main(source, target):
    times = []
    while len(times) < RUNS and sum(times) < SECONDS:
        start = time.process_time()
        slimmed = onnxslim.slim(source)
        times.append(time.process_time() - start)
    onnx.save(slimmed, target)
    print(min(times) * 1000)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
