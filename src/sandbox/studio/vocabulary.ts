/** The vocabulary of prompts: the words for places, subjects, times and weathers. */
import type { Time, Weather } from './palette.ts';
import { city } from './places/city.ts';
import { desert } from './places/desert.ts';
import { field } from './places/field.ts';
import { forest } from './places/forest.ts';
import { backdrop, room } from './places/indoors.ts';
import { lake, mountains } from './places/mountains.ts';
import { sea } from './places/sea.ts';
import { space } from './places/space.ts';
import { underwater } from './places/underwater.ts';
import type { Place } from './stage.ts';
import type { PlaceName, Subject } from './subject.ts';
import { balloon, rocket } from './subjects/aircraft.ts';
import { cabin, castle, lighthouse } from './subjects/buildings.ts';
import { car } from './subjects/car.ts';
import { mug } from './subjects/mug.ts';
import { flower, mushroom, tree } from './subjects/plants.ts';
import { man, person, woman } from './subjects/portraits.ts';
import { robot } from './subjects/robot.ts';
import { sailboat } from './subjects/sailboat.ts';
import { sittingAnimals } from './subjects/sitting-animal.ts';
import { wanderer } from './subjects/wanderer.ts';
import { bird, whale } from './subjects/wild-animals.ts';

/** The places by name. */
export const places: Record<PlaceName, Place> = {
  sea,
  mountains,
  lake,
  forest,
  desert,
  field,
  city,
  space,
  backdrop,
  room,
  underwater,
};

/** The subjects that can be drawn. */
export const subjects: readonly Subject[] = [
  lighthouse,
  cabin,
  castle,
  ...sittingAnimals,
  woman,
  man,
  person,
  wanderer,
  car,
  sailboat,
  rocket,
  balloon,
  tree,
  flower,
  mushroom,
  mug,
  robot,
  bird,
  whale,
];

/** The words for times of day. */
export const times: readonly { words: readonly string[]; time: Time }[] = [
  {
    time: 'dawn',
    words: [
      'dawn',
      'sunrise',
      'morning',
      'daybreak',
      'aube',
      'morgen',
      'amanecer',
      'рассвет',
      '黎明',
      '日出',
      '朝',
      '새벽',
      '🌅',
    ],
  },
  {
    time: 'golden',
    words: [
      'sunset',
      'golden',
      'evening',
      'autumn',
      'fall',
      'coucher',
      'abend',
      'sonnenuntergang',
      'atardecer',
      'закат',
      '日落',
      '夕阳',
      '夕焼け',
      '노을',
      '🌇',
    ],
  },
  {
    time: 'dusk',
    words: [
      'dusk',
      'twilight',
      'nightfall',
      'blue-hour',
      'crépuscule',
      'dämmerung',
      'anochecer',
      'сумерки',
      '黄昏',
      '薄暮',
      '황혼',
      '🌆',
    ],
  },
  {
    time: 'night',
    words: [
      'night',
      'midnight',
      'moon',
      'moonlight',
      'moonlit',
      'stars',
      'starry',
      'dark',
      'neon',
      'cyberpunk',
      'nuit',
      'nacht',
      'noche',
      'ночь',
      '夜',
      '星空',
      '月',
      '밤',
      '🌙',
      '🌃',
      '🌌',
      '⭐',
      '✨',
    ],
  },
  {
    time: 'day',
    words: [
      'noon',
      'day',
      'daylight',
      'sunny',
      'sunshine',
      'midday',
      'summer',
      'afternoon',
      'jour',
      'día',
      'день',
      '白天',
      '晴',
      '昼',
      '낮',
      '☀',
      '🌞',
      '🌈',
    ],
  },
];

/** The words for weathers. */
export const weathers: readonly { words: readonly string[]; weather: Weather }[] = [
  {
    weather: 'snow',
    words: [
      'snow',
      'snowy',
      'winter',
      'blizzard',
      'snowfall',
      'frost',
      'ice',
      'neige',
      'schnee',
      'nieve',
      'снег',
      'зима',
      '雪',
      '冬',
      '눈',
      '❄',
      '⛄',
      '☃',
    ],
  },
  {
    weather: 'rain',
    words: ['rain', 'rainy', 'drizzle', 'wet', 'umbrella', 'pluie', 'regen', 'lluvia', 'дождь', '雨', '비', '🌧', '☔'],
  },
  {
    weather: 'storm',
    words: [
      'storm',
      'stormy',
      'thunder',
      'lightning',
      'tempest',
      'orage',
      'sturm',
      'tormenta',
      'гроза',
      '暴风雨',
      '嵐',
      '폭풍',
      '⛈',
      '🌩',
      '⚡',
    ],
  },
  {
    weather: 'fog',
    words: [
      'fog',
      'foggy',
      'mist',
      'misty',
      'haze',
      'hazy',
      'brume',
      'nebel',
      'niebla',
      'туман',
      '雾',
      '霧',
      '안개',
      '🌫',
    ],
  },
];
