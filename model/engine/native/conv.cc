// Convolution's operations; model/layers/conv.ts calls them.
#include "conv.h"

#include "op.h"

namespace marn {
namespace {

// Inputs 2 and 3 are the lengths of the convolution's input and output.
ConvShape conv_shape(Call& call, const Shape<3>& x, long kernel, long outputs, long padding) {
  const auto [documents, in_width, inputs] = x;
  const long out_width = in_width + 2 * padding - kernel + 1;
  call.expect(out_width >= 0, "a kernel that fits the padded x");
  ConvShape shape;
  shape.documents = documents;
  shape.in_width = in_width;
  shape.out_width = out_width;
  shape.inputs = inputs;
  shape.outputs = outputs;
  shape.kernel = kernel;
  shape.padding = padding;
  shape.in_lengths = call.lengths(2, documents, in_width);
  shape.out_lengths = call.lengths(3, documents, out_width);
  return shape;
}

void compute_convolve(Call& call) {
  const auto x = call.floats<3>(0);
  const auto taps = call.floats<3>(1);
  const auto [kernel, inputs, outputs] = taps.shape;
  const long padding = static_cast<long>(call.attribute(0));
  const ConvShape shape = conv_shape(call, x.shape, kernel, outputs, padding);
  call.expect(inputs == shape.inputs, "taps that fit x");
  float* y = call.output(0, {shape.documents, shape.out_width, outputs});
  convolve(shape, x.values, taps.values, y, Pool::shared());
}

const Op kConvolve = {
    "MarnConvolve",
    {"x: float", "taps: float", "in_lengths: int32", "out_lengths: int32"},
    {"y: float"},
    {"padding"},
    compute_convolve,
};

void compute_taps_gradient(Call& call) {
  const auto x = call.floats<3>(0);
  const auto dy = call.floats<3>(1);
  const long kernel = static_cast<long>(call.attribute(0));
  const long padding = static_cast<long>(call.attribute(1));
  const auto [documents, out_width, outputs] = dy.shape;
  const ConvShape shape = conv_shape(call, x.shape, kernel, outputs, padding);
  call.expect(documents == shape.documents && out_width == shape.out_width,
              "dy of the convolution's shape");
  float* d_taps = call.output(0, {kernel, shape.inputs, outputs});
  differentiate_taps(shape, x.values, dy.values, d_taps, Pool::shared());
}

const Op kTapsGradient = {
    "MarnConvolveTapsGradient",
    {"x: float", "dy: float", "in_lengths: int32", "out_lengths: int32"},
    {"d_taps: float"},
    {"kernel", "padding"},
    compute_taps_gradient,
};

const bool registered = register_ops<kConvolve, kTapsGradient>();

}  // namespace
}  // namespace marn
