/** The list of commands. */
import { again, retry } from './again.ts';
import { budget } from './budget.ts';
import { cancel, remove } from './cancel.ts';
import { defaultsReset, defaultsSet, defaultsShow } from './defaults.ts';
import { download } from './download.ts';
import { adapt, blend, edit } from './edit.ts';
import { erase } from './erase.ts';
import { favourite, gallery, videos } from './gallery.ts';
import { helpFor } from './help.ts';
import { imagine } from './imagine.ts';
import { jobs } from './jobs.ts';
import type { Command } from './kit/define.ts';
import { modelCreate } from './model/create.ts';
import { modelDelete } from './model/delete.ts';
import { modelList } from './model/list.ts';
import { modelPhotos } from './model/photos.ts';
import { modelShare, modelUnshare } from './model/share.ts';
import { modelShow } from './model/show.ts';
import { modelTrain } from './model/train.ts';
import { modelUpdate } from './model/update.ts';
import { portrait } from './portrait.ts';
import { presets } from './presets.ts';
import { settingsReset, settingsSet, settingsShow } from './settings.ts';
import { details, show } from './show.ts';
import { status } from './status.ts';
import { upscale } from './upscale.ts';
import { vary } from './vary.ts';
import { animate, motion, video } from './video.ts';

const making = [imagine, edit, adapt, blend, vary, upscale, video, animate, motion, again, presets];
const trainedModels = [modelCreate, modelPhotos, modelTrain, portrait, modelList, modelShow, modelUpdate];
const sharing = [modelShare, modelUnshare, modelDelete];
const results = [jobs, show, gallery, videos, favourite, download, details, retry, cancel, remove, budget, erase];
const defaults = [defaultsShow, defaultsSet, defaultsReset];
const settings = [settingsShow, settingsSet, settingsReset];
const explained = [...making, ...trainedModels, ...sharing, ...results, ...defaults, status, ...settings];

/** Every command, in the order in which people meet them. */
export const commands: readonly Command[] = [...explained, helpFor(explained)];
