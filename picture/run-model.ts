/** Computes a model that `readModel` read. Plain loops over Float32Arrays: the same in a worker, a page and Node. */
import type { Layer, Model } from './model-file.ts'

type Grid = { height: number; width: number; channels: number; data: Float32Array }

/** @param input as many numbers as the model's input has @returns its outputs, in the model's order */
export function runModel(model: Model, input: Float32Array): Float32Array[] {
  const values: (Float32Array | Int32Array | undefined)[] = model.tensors.map(({ constant }) => constant)
  values[model.input] = input
  const shape = (index: number | undefined) =>
    index === undefined ? [] : (model.tensors[index]?.shape ?? [])
  const data = (index: number | undefined): Float32Array => {
    const found = index === undefined ? undefined : values[index]
    if (!(found instanceof Float32Array)) throw new Error('A layer comes before what it needs')
    return found
  }
  const grid = (index: number | undefined): Grid => {
    const [, height = 1, width = 1, channels = 1] = shape(index)
    return { height, width, channels, data: data(index) }
  }
  for (const layer of model.layers) {
    // What comes out of weights alone is the same every time.
    if (layer.kind === 'widen' && values[layer.output]) continue
    values[layer.output] = compute(layer)
  }
  return model.outputs.map(data)

  function compute(layer: Layer): Float32Array {
    const [from, weights, bias] = layer.inputs
    const [, height = 1, width = 1, channels = 1] = shape(layer.output)
    const out: Grid = { height, width, channels, data: new Float32Array(height * width * channels) }
    switch (layer.kind) {
      case 'convolve':
        convolve(grid(from), grid(weights), data(bias), out, layer)
        break
      case 'convolve-each':
        convolveEach(grid(from), grid(weights), data(bias), out, layer)
        break
      case 'largest':
        largest(grid(from), out, layer)
        break
      case 'add': {
        const [a, b] = [data(from), data(weights)]
        for (let i = 0; i < a.length; i += 1) out.data[i] = (a[i] ?? 0) + (b[i] ?? 0)
        if (layer.relu) rectify(out.data)
        break
      }
      case 'rectify':
        out.data.set(data(from))
        rectify(out.data)
        break
      case 'pad':
        pad(grid(from), values[weights ?? -1], out)
        break
      case 'reshape':
      case 'widen':
        return data(from)
      case 'join': {
        let at = 0
        for (const part of layer.inputs) {
          out.data.set(data(part), at)
          at += data(part).length
        }
        break
      }
    }
    return out.data
  }
}

/** how far the first window begins before the grid, so that it lies even over it */
const before = (from: number, to: number, size: number, stride: number) =>
  Math.max(0, (to - 1) * stride + size - from) >> 1

interface Window {
  same: boolean
  stride: number
  relu: boolean
}

/** @param filter `height`, `width`, `channels` of one output channel, one after the other */
function convolve(from: Grid, filter: Grid, bias: Float32Array, out: Grid, { same, stride, relu }: Window) {
  const top = same ? before(from.height, out.height, filter.height, stride) : 0
  const left = same ? before(from.width, out.width, filter.width, stride) : 0
  const [source, weights, target, depth] = [from.data, filter.data, out.data, from.channels]
  const each = filter.height * filter.width * depth
  for (let y = 0; y < out.height; y += 1) {
    for (let x = 0; x < out.width; x += 1) {
      const to = (y * out.width + x) * out.channels
      for (let o = 0; o < out.channels; o += 1) target[to + o] = bias[o] ?? 0
      for (let fy = 0; fy < filter.height; fy += 1) {
        const sy = y * stride + fy - top
        if (sy < 0 || sy >= from.height) continue
        for (let fx = 0; fx < filter.width; fx += 1) {
          const sx = x * stride + fx - left
          if (sx < 0 || sx >= from.width) continue
          const at = (sy * from.width + sx) * depth
          const tap = (fy * filter.width + fx) * depth
          for (let o = 0; o < out.channels; o += 1) {
            let sum = 0
            const row = o * each + tap
            for (let c = 0; c < depth; c += 1) sum += (source[at + c] ?? 0) * (weights[row + c] ?? 0)
            target[to + o] = (target[to + o] ?? 0) + sum
          }
        }
      }
    }
  }
  if (relu) rectify(target)
}

/** Each channel with a filter of its own. */
function convolveEach(
  from: Grid,
  filter: Grid,
  bias: Float32Array,
  out: Grid,
  { same, stride, relu }: Window,
) {
  const top = same ? before(from.height, out.height, filter.height, stride) : 0
  const left = same ? before(from.width, out.width, filter.width, stride) : 0
  const [source, weights, target, depth] = [from.data, filter.data, out.data, from.channels]
  for (let y = 0; y < out.height; y += 1) {
    for (let x = 0; x < out.width; x += 1) {
      const to = (y * out.width + x) * depth
      for (let c = 0; c < depth; c += 1) target[to + c] = bias[c] ?? 0
      for (let fy = 0; fy < filter.height; fy += 1) {
        const sy = y * stride + fy - top
        if (sy < 0 || sy >= from.height) continue
        for (let fx = 0; fx < filter.width; fx += 1) {
          const sx = x * stride + fx - left
          if (sx < 0 || sx >= from.width) continue
          const at = (sy * from.width + sx) * depth
          const tap = (fy * filter.width + fx) * depth
          for (let c = 0; c < depth; c += 1) {
            target[to + c] = (target[to + c] ?? 0) + (source[at + c] ?? 0) * (weights[tap + c] ?? 0)
          }
        }
      }
    }
  }
  if (relu) rectify(target)
}

/** The largest of each window; the grid is a multiple of the window. */
function largest(from: Grid, out: Grid, { stride, size }: { stride: number; size: number }) {
  for (let y = 0; y < out.height; y += 1) {
    for (let x = 0; x < out.width; x += 1) {
      for (let c = 0; c < out.channels; c += 1) {
        let most = -Infinity
        for (let fy = 0; fy < size; fy += 1) {
          for (let fx = 0; fx < size; fx += 1) {
            const at = ((y * stride + fy) * from.width + x * stride + fx) * from.channels + c
            most = Math.max(most, from.data[at] ?? -Infinity)
          }
        }
        out.data[(y * out.width + x) * out.channels + c] = most
      }
    }
  }
}

/** @param border before and after, for each of the four dimensions */
function pad(from: Grid, border: Float32Array | Int32Array | undefined, out: Grid) {
  const [top, left, first] = [border?.[2] ?? 0, border?.[4] ?? 0, border?.[6] ?? 0]
  for (let y = 0; y < from.height; y += 1) {
    for (let x = 0; x < from.width; x += 1) {
      const at = (y * from.width + x) * from.channels
      const to = ((y + top) * out.width + x + left) * out.channels + first
      out.data.set(from.data.subarray(at, at + from.channels), to)
    }
  }
}

function rectify(data: Float32Array) {
  for (let i = 0; i < data.length; i += 1) if ((data[i] ?? 0) < 0) data[i] = 0
}
