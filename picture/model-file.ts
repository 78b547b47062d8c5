/**
 * Reads a TensorFlow Lite model: a FlatBuffers file by the schema `tensorflow/lite/schema/schema.fbs`, version 3. Only
 * what BlazeFace is made of; anything else in a file is an exception, since the file is shipped with the program.
 */

export interface Tensor {
  /** batch, height, width, channels; weights: out, height, width, in */
  shape: readonly number[]
  /** what the file holds for it: weights, widths of a border; nothing for what is computed */
  constant?: Float32Array | Int32Array
}

export type Layer = { inputs: readonly number[]; output: number } & (
  | { kind: 'convolve' | 'convolve-each'; same: boolean; stride: number; relu: boolean }
  | { kind: 'largest'; stride: number; size: number }
  | { kind: 'add'; relu: boolean }
  | { kind: 'pad' | 'rectify' | 'reshape' | 'widen' | 'join' }
)

export interface Model {
  tensors: readonly Tensor[]
  layers: readonly Layer[]
  input: number
  outputs: readonly number[]
}

/** One FlatBuffers table: its fields by the number they have in the schema. */
class Table {
  private readonly view: DataView
  private readonly at: number
  constructor(view: DataView, at: number) {
    this.view = view
    this.at = at
  }
  /** where a field lies, or 0 where the file leaves it at its default */
  private place(field: number): number {
    const fields = this.at - this.view.getInt32(this.at, true)
    const slot = 4 + field * 2
    const offset = slot < this.view.getUint16(fields, true) ? this.view.getUint16(fields + slot, true) : 0
    return offset === 0 ? 0 : this.at + offset
  }
  byte(field: number): number {
    const place = this.place(field)
    return place ? this.view.getInt8(place) : 0
  }
  int(field: number): number {
    const place = this.place(field)
    return place ? this.view.getInt32(place, true) : 0
  }
  table(field: number): Table | undefined {
    const place = this.place(field)
    return place ? new Table(this.view, place + this.view.getUint32(place, true)) : undefined
  }
  private vector(field: number): { start: number; length: number } {
    const place = this.place(field)
    if (!place) return { start: 0, length: 0 }
    const start = place + this.view.getUint32(place, true)
    return { start: start + 4, length: this.view.getUint32(start, true) }
  }
  bytes(field: number): DataView {
    const { start, length } = this.vector(field)
    return new DataView(this.view.buffer, this.view.byteOffset + start, length)
  }
  ints(field: number): number[] {
    const { start, length } = this.vector(field)
    return Array.from({ length }, (_, i) => this.view.getInt32(start + i * 4, true))
  }
  tables(field: number): Table[] {
    const { start, length } = this.vector(field)
    return Array.from({ length }, (_, i) => {
      const place = start + i * 4
      return new Table(this.view, place + this.view.getUint32(place, true))
    })
  }
}

const numberTypes = { float32: 0, float16: 1, int32: 2 } as const
const operators = {
  add: 0,
  concatenate: 2,
  convolve: 3,
  convolveEach: 4,
  dequantize: 6,
  largest: 17,
  rectify: 19,
  reshape: 22,
  pad: 34,
}
const samePadding = 0
const relu = 1

/** @throws Error - on a file that is not such a model */
export function readModel(file: Uint8Array): Model {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const root = new Table(view, view.getUint32(0, true))
  const [graph] = root.tables(2)
  if (!graph || root.int(0) !== 3) throw new Error('Not a TensorFlow Lite model of version 3')
  const buffers = root.tables(4)
  const codes = root.tables(1).map((code) => Math.max(code.byte(0), code.int(3)))
  const tensors = graph.tables(0).map((tensor): Tensor => {
    const data = buffers[tensor.int(2)]?.bytes(0)
    const shape = tensor.ints(0)
    return data?.byteLength ? { shape, constant: numbersOf(data, tensor.byte(1)) } : { shape }
  })
  const layers = graph.tables(3).map((operator) => layerOf(operator, codes[operator.int(0)]))
  const [input] = graph.ints(1)
  if (input === undefined) throw new Error('The model has no input')
  return { tensors, layers, input, outputs: graph.ints(2) }
}

function layerOf(operator: Table, code: number | undefined): Layer {
  const [inputs, [output]] = [operator.ints(1), operator.ints(2)]
  if (output === undefined) throw new Error('A layer without an output')
  const ends = { inputs, output }
  const options = operator.table(4)
  const same = options?.byte(0) === samePadding
  const stride = options?.int(1) ?? 1
  switch (code) {
    case operators.convolve:
      return { ...ends, kind: 'convolve', same, stride, relu: options?.byte(3) === relu }
    case operators.convolveEach:
      return { ...ends, kind: 'convolve-each', same, stride, relu: options?.byte(4) === relu }
    case operators.largest:
      return { ...ends, kind: 'largest', stride, size: options?.int(3) ?? 1 }
    case operators.add:
      return { ...ends, kind: 'add', relu: options?.byte(0) === relu }
    case operators.pad:
      return { ...ends, kind: 'pad' }
    case operators.rectify:
      return { ...ends, kind: 'rectify' }
    case operators.reshape:
      return { ...ends, kind: 'reshape' }
    case operators.dequantize:
      return { ...ends, kind: 'widen' }
    case operators.concatenate:
      return { ...ends, kind: 'join' }
    default:
      throw new Error(`The model has a layer of kind ${String(code)}, which is not known here`)
  }
}

function numbersOf(data: DataView, type: number): Float32Array | Int32Array {
  switch (type) {
    case numberTypes.float32:
      return Float32Array.from({ length: data.byteLength / 4 }, (_, i) => data.getFloat32(i * 4, true))
    case numberTypes.float16:
      return Float32Array.from({ length: data.byteLength / 2 }, (_, i) => half(data.getUint16(i * 2, true)))
    case numberTypes.int32:
      return Int32Array.from({ length: data.byteLength / 4 }, (_, i) => data.getInt32(i * 4, true))
    default:
      throw new Error(`Numbers of type ${type} are not known here`)
  }
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
