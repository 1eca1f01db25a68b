/** The traits of each sitting animal: coat, ears, tail and face. */
import type { PlaceName } from '../subject.ts';

/**
 * The traits of an animal. `muzzle` (0 to 1) is the length of the face. `chest` is the colour of chest and cheeks, if
 * it differs from the coat's.
 */
export type Animal = {
  words: readonly string[];
  homes: readonly [PlaceName, ...PlaceName[]];
  colours: readonly [string, ...string[]];
  ears: 'pointed' | 'tall' | 'floppy' | 'round';
  tail: 'bushy' | 'thin' | 'none';
  muzzle: number;
  chest: string | undefined;
  eye: string;
  mane?: boolean;
  stripes?: boolean;
  patches?: boolean;
};

/** The animals. */
export const animals: readonly Animal[] = [
  {
    words: ['fox', 'foxes', 'renard', 'fuchs', 'zorro', 'лиса', '狐狸', '狐', 'キツネ', '여우', '🦊'],
    homes: ['forest', 'field'],
    colours: ['#d8632b', '#d8632b', '#c9552a'],
    ears: 'pointed',
    tail: 'bushy',
    muzzle: 1,
    chest: '#fbeee0',
    eye: '#3a2414',
  },
  {
    words: [
      'cat',
      'cats',
      'kitten',
      'kitty',
      'chat',
      'katze',
      'gato',
      'gatto',
      'кошка',
      'кот',
      '猫',
      '고양이',
      '🐱',
      '🐈',
      '😺',
    ],
    homes: ['room', 'field'],
    colours: ['#4b4653', '#c98a4e', '#e8e1d6', '#8b8792', '#2c2a33'],
    ears: 'pointed',
    tail: 'thin',
    muzzle: 0.35,
    chest: '#f7f0e6',
    eye: '#9bc24a',
    stripes: true,
  },
  {
    words: [
      'dog',
      'puppy',
      'dogs',
      'corgi',
      'labrador',
      'retriever',
      'husky',
      'chien',
      'hund',
      'perro',
      'cane',
      'собака',
      '狗',
      '犬',
      '강아지',
      '🐶',
      '🐕',
    ],
    homes: ['field', 'room'],
    colours: ['#b9783f', '#7a5238', '#e2c08c', '#54433d'],
    ears: 'floppy',
    tail: 'thin',
    muzzle: 0.85,
    chest: '#f6ebdc',
    eye: '#2b1d14',
  },
  {
    words: ['wolf', 'wolves', 'coyote', 'loup', 'lobo', 'волк', '狼', '늑대', '🐺'],
    homes: ['forest', 'mountains'],
    colours: ['#737b8a', '#5d6675', '#8a8790'],
    ears: 'pointed',
    tail: 'bushy',
    muzzle: 1,
    chest: '#dfe3e8',
    eye: '#e0b341',
  },
  {
    words: ['rabbit', 'bunny', 'hare', 'lapin', 'hase', 'conejo', 'кролик', '兔', '兔子', 'うさぎ', '토끼', '🐰', '🐇'],
    homes: ['field', 'forest'],
    colours: ['#c9b195', '#f0e9e0', '#8d7b6d'],
    ears: 'tall',
    tail: 'none',
    muzzle: 0.3,
    chest: '#fbf5ec',
    eye: '#2b1d14',
  },
  {
    words: ['bear', 'bears', 'grizzly', 'teddy', 'ours', 'bär', 'oso', 'медведь', '熊', '곰', '🐻', '🧸'],
    homes: ['forest', 'mountains'],
    colours: ['#7a4d31', '#5d3f30', '#94683f'],
    ears: 'round',
    tail: 'none',
    muzzle: 0.7,
    chest: undefined,
    eye: '#1c120c',
  },
  {
    words: ['panda', '熊猫', 'パンダ', '🐼'],
    homes: ['forest'],
    colours: ['#f4f1ea'],
    ears: 'round',
    tail: 'none',
    muzzle: 0.5,
    chest: undefined,
    eye: '#1c1714',
    patches: true,
  },
  {
    words: ['lion', 'lioness', 'löwe', 'león', 'лев', '狮子', 'ライオン', '사자', '🦁'],
    homes: ['desert', 'field'],
    colours: ['#d99a45', '#c98b3d'],
    ears: 'round',
    tail: 'thin',
    muzzle: 0.85,
    chest: '#f3ddb0',
    eye: '#5a3511',
    mane: true,
  },
  {
    words: ['tiger', 'tigers', 'tigre', 'тигр', '老虎', '虎', '호랑이', '🐯', '🐅'],
    homes: ['forest'],
    colours: ['#e0812d'],
    ears: 'round',
    tail: 'thin',
    muzzle: 0.8,
    chest: '#fbf1df',
    eye: '#6b8f2a',
    stripes: true,
  },
];
