/** Runs in a worker thread: exposes the frames of a film and encodes them as H.264 in an MP4. */
import { parentPort, workerData } from 'node:worker_threads';
import h264 from 'h264-mp4-encoder';
import { BufferTarget, Mp4OutputFormat, Output } from 'mediabunny';
import { expose, type Plate } from './camera.ts';
import { copyVideo } from './mp4.ts';

/** What the thread is given. `last` is the plate the film fades to; `pan` is in shares of the frame. */
export type Reel = {
  width: number;
  height: number;
  frames: number;
  fps: number;
  plates: Plate[];
  last?: Plate;
  zoom: { from: number; to: number };
  pan: { x: number; y: number };
};

/** What it gives back: the film, and its first frame as RGBA. */
export type Developed = { mp4: Uint8Array; first: Uint8Array };

const ease = (share: number) => share * share * (3 - 2 * share);

async function develop(reel: Reel): Promise<Developed> {
  const { width, height, frames, fps, zoom, pan, plates, last } = reel;
  const encoder = await h264.createH264MP4Encoder();
  // Speed 10 takes a third of the time of speed 0 for the same bytes. A key frame each second lets HLS cut there.
  Object.assign(encoder, { width, height, frameRate: fps, speed: 10, quantizationParameter: 28, groupOfPictures: fps });
  encoder.initialize();
  const frame = new Uint8Array(width * height * 4);
  let first = frame;
  for (let index = 0; index < frames; index++) {
    const share = frames > 1 ? index / (frames - 1) : 0;
    const eased = ease(share);
    const shot = {
      zoom: zoom.from + (zoom.to - zoom.from) * eased,
      x: pan.x * (eased - 0.5),
      y: pan.y * (eased - 0.5),
    };
    expose(frame, width, height, plates, shot, index / fps);
    if (last) {
      // The fade takes the second half of the film and ends on the last frame exactly.
      fade(frame, last, width, height, ease(Math.max(0, share * 2 - 1)));
    }
    if (index === 0) first = frame.slice();
    encoder.addFrameRgba(frame);
  }
  encoder.finalize();
  const raw = encoder.FS.readFile(encoder.outputFilename);
  encoder.delete();
  const target = new BufferTarget();
  await copyVideo(raw, new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target }));
  if (!target.buffer) throw new Error('the film was not written');
  return { mp4: new Uint8Array(target.buffer), first };
}

function fade(frame: Uint8Array, last: Plate, width: number, height: number, share: number): void {
  if (share === 0) return;
  const over = new Uint8Array(frame.length);
  expose(over, width, height, [last], { zoom: 1, x: 0, y: 0 }, 0);
  const weight = Math.round(share * 256);
  for (let index = 0; index < frame.length; index++) {
    frame[index] = ((frame[index] ?? 0) * (256 - weight) + (over[index] ?? 0) * weight) >> 8;
  }
}

parentPort?.postMessage(await develop(workerData));
