/** Samples one frame of a film: a slow push and pan over plates that lie at different depths. */

/**
 * A rasterised layer: RGBA bytes with premultiplied alpha, `width` × `height`. `depth` (0 to 1) is how far the camera
 * moves it. `drift` is in plate heights per second. A drifting plate repeats itself.
 */
export type Plate = {
  pixels: Uint8Array;
  width: number;
  height: number;
  depth: number;
  drift?: { x: number; y: number };
};

/** The position of the camera. `zoom` 1 shows the whole plate. `x` and `y` move it by fractions of the plate. */
export type Shot = { zoom: number; x: number; y: number };

/** Fixed-point steps per pixel of a plate: 8 bits, so that a product of two weights fits 16. */
const one = 256;

/**
 * Returns the source positions of `count` output pixels, in 256ths of a pixel. They cover the fraction [start, start +
 * span] of `size`.
 */
function positions(count: number, size: number, start: number, span: number): Int32Array {
  const list = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    list[index] = Math.round((start + (span * (index + 0.5)) / count) * size * one - one / 2);
  }
  return list;
}

/** Writes the frame that `shot` shows after `seconds` of the film over `frame` (RGBA, opaque). */
export function expose(
  frame: Uint8Array,
  width: number,
  height: number,
  plates: readonly Plate[],
  shot: Shot,
  seconds: number,
): void {
  for (const plate of plates) {
    const zoom = 1 + (shot.zoom - 1) * plate.depth;
    const span = 1 / zoom;
    const shift = { x: shot.x * plate.depth, y: shot.y * plate.depth };
    const x = (1 - span) / 2 + shift.x - (seconds * (plate.drift?.x ?? 0) * plate.height) / plate.width;
    const y = (1 - span) / 2 + shift.y - seconds * (plate.drift?.y ?? 0);
    const columns = positions(width, plate.width, x, span);
    const rows = positions(height, plate.height, y, span);
    lay(frame, width, height, plate, columns, rows);
  }
}

/**
 * Mask of two channels of a pixel, which one multiplication weighs together: red and blue, or green and alpha once
 * shifted down.
 */
const lanes = 0x00ff00ff;

/** Lays a plate over the frame, with bilinear sampling. */
function lay(
  frame: Uint8Array,
  width: number,
  height: number,
  plate: Plate,
  columns: Int32Array,
  rows: Int32Array,
): void {
  const source = new Uint32Array(plate.pixels.buffer, plate.pixels.byteOffset, plate.width * plate.height);
  const target = new Uint32Array(frame.buffer, frame.byteOffset, width * height);
  const place = plate.drift ? wrap : clamp;
  const left = columns.map((position) => place(position >> 8, plate.width));
  const right = columns.map((position) => place((position >> 8) + 1, plate.width));
  for (let y = 0; y < height; y++) {
    const position = rows[y] ?? 0;
    const top = place(position >> 8, plate.height) * plate.width;
    const bottom = place((position >> 8) + 1, plate.height) * plate.width;
    const line = target.subarray(y * width, (y + 1) * width);
    layLine(line, source, { columns, left, right, top, bottom, down: position & (one - 1) });
  }
}

/** The places in the source of one line: offsets of its two rows, and of the two columns of each pixel. */
type Line = {
  columns: Int32Array;
  left: Int32Array;
  right: Int32Array;
  top: number;
  bottom: number;
  down: number;
};

/**
 * Samples one line and lays it over `target`, on whole pixels: the loop runs some ten million times a second of film.
 */
function layLine(target: Uint32Array, source: Uint32Array, line: Line): void {
  const { columns, left, right, top, bottom, down } = line;
  for (let x = 0; x < target.length; x++) {
    const l = left[x] ?? 0;
    const r = right[x] ?? 0;
    const a = source[top + l] ?? 0;
    const b = source[top + r] ?? 0;
    const c = source[bottom + l] ?? 0;
    const d = source[bottom + r] ?? 0;
    if ((a | b | c | d) === 0) continue;
    const across = (columns[x] ?? 0) & (one - 1);
    // The four weights add up to 256, so a weighted lane never spills into its neighbour.
    const wd = (across * down) >> 8;
    const wb = across - wd;
    const wc = down - wd;
    const wa = one - across - wc;
    const redBlue =
      ((Math.imul(a & lanes, wa) + Math.imul(b & lanes, wb) + Math.imul(c & lanes, wc) + Math.imul(d & lanes, wd)) >>>
        8) &
      lanes;
    const greenAlpha =
      ((Math.imul((a >>> 8) & lanes, wa) +
        Math.imul((b >>> 8) & lanes, wb) +
        Math.imul((c >>> 8) & lanes, wc) +
        Math.imul((d >>> 8) & lanes, wd)) >>>
        8) &
      lanes;
    const rest = 255 - (greenAlpha >>> 16);
    const under = target[x] ?? 0;
    const low = redBlue + ((Math.imul(under & lanes, rest) >>> 8) & lanes);
    const high = greenAlpha + ((Math.imul((under >>> 8) & lanes, rest) >>> 8) & lanes);
    target[x] = (low | (high << 8)) >>> 0;
  }
}

const clamp = (position: number, size: number) => Math.max(0, Math.min(size - 1, position));
const wrap = (position: number, size: number) => ((position % size) + size) % size;
