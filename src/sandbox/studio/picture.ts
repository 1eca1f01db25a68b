/** Draws the picture of a prompt. */
import { editPictures } from './edit.ts';
import { encode, type Format, type Picture } from './encode.ts';
import { grade } from './grade.ts';
import { lookOf } from './look.ts';
import { rasterise } from './raster.ts';
import { composeScene } from './scene.ts';

/**
 * A picture to draw. `width` and `height` are in pixels, 64 to 4096. References are picture files, and stay visible in
 * the result.
 */
export type PictureRequest = {
  prompt: string;
  seed: number;
  width: number;
  height: number;
  references?: readonly Uint8Array[];
  preset?: string;
  format: Format;
};

/**
 * Pixels that are drawn. The blurs of a larger scene take many seconds, so a larger picture is drawn at this size and
 * enlarged.
 */
const maxDrawnPixels = 1.8e6;

/**
 * Returns a picture of exactly the requested size. The same request gives the same bytes. Any text is a prompt, an
 * empty one included. `preset` is a tag from `presets`, and an unknown one changes nothing. Rejects when a reference is
 * no picture.
 */
export async function drawPicture(request: PictureRequest): Promise<Picture> {
  const { prompt, seed, references = [] } = request;
  const scale = Math.min(1, Math.sqrt(maxDrawnPixels / (request.width * request.height)));
  const width = Math.round(request.width * scale);
  const height = Math.round(request.height * scale);
  const scene = composeScene(prompt, seed, request.width / request.height);
  const picture = references.length
    ? await editPictures(references, prompt, seed, width, height)
    : rasterise(scene, scene.layers, width, height);
  const graded = await grade(picture, width, height, lookOf(request.preset));
  return encode(graded.resize(request.width, request.height, { fit: 'fill' }), request.format);
}
