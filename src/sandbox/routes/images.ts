/** Routes for pictures: upload, read, delete. */
import { z } from 'zod';
import { read } from '../checks/read.ts';
import type { Call, Parts, Routes } from '../http/call.ts';
import { Problem } from '../http/problem.ts';
import type { Picture } from '../jobs/state.ts';
import { pictureType } from '../media/picture-type.ts';
import { own } from './own.ts';

const allowed = 'jpg, jpeg, webp, png or heic';
const uploadTypes = ['modelInput', 'auxiliaryType'];

const fields = {
  modelID: z.string('modelID is required').min(1, 'modelID is required'),
  type: z.enum(uploadTypes, `type must be ${uploadTypes.join(' or ')}`),
};

/** Returns the content of `data`, which is a text field or a JSON part. A part with a file name arrives as a file. */
async function dataOf(form: FormData): Promise<unknown> {
  const part = form.get('data');
  const text = part === null ? '' : typeof part === 'string' ? part : await part.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, 'The part data must be JSON with modelID and type', 'validation: data');
  }
}

/** Returns the routes. */
export function imageRoutes(parts: Parts): Pick<Routes, 'uploadImage' | 'getImage' | 'deleteImage'> {
  const { state, guesses, records } = parts;
  const shape = parts.strict ? z.strictObject(fields) : z.object(fields);
  const refusal = (message: string, err: string) => new Problem(guesses.uploadRefusedStatus, message, err);

  function checkCount(modelID: string, type: string) {
    const count = [...state.pictures.values()].filter((one) => one.modelID === modelID && one.type === type).length;
    if (count < guesses.uploadsPerType) return;
    throw refusal(`This model already has ${count} images of type ${type}`, 'upload: too many of this type');
  }

  async function upload(call: Call): Promise<Picture> {
    if (!call.form) throw new Problem(400, 'Send the upload as multipart/form-data', 'validation: content type');
    const { modelID, type } = read(shape, await dataOf(call.form));
    const model = own.model(parts, call, modelID);
    const file = call.form.get('file');
    if (file === null || typeof file === 'string')
      throw new Problem(400, 'The part file is required', 'validation: file');
    const bytes = new Uint8Array(await file.arrayBuffer());
    const kind = await pictureType(bytes);
    if (!kind) throw refusal(`The file must be a picture: ${allowed}`, 'upload: format');
    checkCount(model.id, type);
    const media = parts.token();
    const name = `upload.${kind.extension}`;
    const picture: Picture = {
      id: `img_${parts.token()}`,
      owner: call.account.key,
      modelID: model.id,
      type,
      media,
      width: kind.width,
      height: kind.height,
      createdAt: call.now,
      visibleAt: call.now,
    };
    // Set before anything is awaited: of two uploads at once, only one gets the last place.
    state.pictures.set(picture.id, picture);
    parts.renderer.add(media, { kind: 'upload', name });
    try {
      await parts.mediaFiles.put(media, [{ name, type: kind.type, bytes }], 'uploaded');
    } catch (error) {
      state.removePicture(picture.id);
      throw error;
    }
    return picture;
  }

  return {
    uploadImage: async (call) => ({ body: { result: records.picture(await upload(call), call.now) } }),
    getImage: (call) => ({ body: { result: records.picture(own.picture(parts, call, call.id), call.now) } }),
    deleteImage(call) {
      state.removePicture(own.picture(parts, call, call.id).id);
      return { body: { result: guesses.deletedResult } };
    },
  };
}
