"""What TensorBoard's own reader finds in a run's event file, as JSON: tensorboard_events.py DIRECTORY.

Written with tensorboard 2.21.0.
"""
import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "histograms": 0, "tensors": 0})
events.Reload()
tags = events.Tags()
print(json.dumps({
    "scalars": {tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in tags["scalars"]},
    "histograms": {
        tag: [[e.step, e.histogram_value.num, e.histogram_value.sum] for e in events.Histograms(tag)]
        for tag in tags["histograms"]
    },
    "texts": {
        tag: [e.tensor_proto.string_val[0].decode() for e in events.Tensors(tag)]
        for tag in tags["tensors"]
        if events.SummaryMetadata(tag).plugin_data.plugin_name == "text"
    },
}))
