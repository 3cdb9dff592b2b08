// The shape of a convolution over a padded batch, and its output cut into spans.
#ifndef MARN_CONV_SHAPE_H_
#define MARN_CONV_SHAPE_H_

#include <algorithm>
#include <cstdint>
#include <vector>

namespace marn {

// Consecutive output positions of one document.
struct Span {
  long document;
  long from;
};

struct ConvShape {
  long documents;
  long in_width;   // padded tokens of a document's input
  long out_width;  // padded tokens of its output
  long inputs;     // channels
  long outputs;    // channels
  long kernel;
  long padding;
  const int32_t* in_lengths;   // rows past them count as zero, whatever they hold
  const int32_t* out_lengths;  // rows past them are zero

  long out_length(long document) const { return std::max<long>(out_lengths[document], 0); }

  // The input row of a document's token; null outside of the document.
  const float* in_row(const float* x, long document, long t) const {
    if (t < 0 || t >= in_lengths[document]) return nullptr;
    return x + (document * in_width + t) * inputs;
  }

  // Offset of a span's first row in [documents, out_width, outputs].
  long out_offset(Span span) const { return (span.document * out_width + span.from) * outputs; }
};

// All real output positions, in spans of `size`.
static inline std::vector<Span> spans_of(const ConvShape& shape, long size) {
  std::vector<Span> spans;
  for (long d = 0; d < shape.documents; d++) {
    for (long from = 0; from < shape.out_length(d); from += size) spans.push_back({d, from});
  }
  return spans;
}

// Sets the output's rows of padding to zero.
static inline void clear_padding(const ConvShape& shape, float* y) {
  for (long d = 0; d < shape.documents; d++) {
    const long rows = shape.out_width - shape.out_length(d);
    std::fill_n(y + shape.out_offset({d, shape.out_length(d)}), rows * shape.outputs, 0.0f);
  }
}

}  // namespace marn

#endif  // MARN_CONV_SHAPE_H_
