/** The words for colours. */

/** The words, and the colour that they give to a subject. */
export const colours: readonly { words: readonly string[]; colour: string }[] = [
  {
    colour: '#cf3a30',
    words: [
      'red',
      'crimson',
      'scarlet',
      'rouge',
      'rot',
      'rote',
      'roter',
      'rojo',
      'roja',
      'красный',
      'красная',
      '红',
      '赤',
      '빨간',
    ],
  },
  { colour: '#e8812f', words: ['orange', 'amber', 'ginger', 'naranja', 'оранжевый', '橙', '주황'] },
  {
    colour: '#efbd3f',
    words: ['yellow', 'gold', 'jaune', 'gelb', 'gelbe', 'amarillo', 'жёлтый', 'желтый', '黄', '노란'],
  },
  {
    colour: '#4f9a55',
    words: ['green', 'emerald', 'vert', 'grün', 'grüne', 'verde', 'зелёный', 'зеленый', '绿', '緑', '초록'],
  },
  { colour: '#2fa39b', words: ['teal', 'turquoise', 'cyan', 'mint', 'aqua', '青'] },
  {
    colour: '#3c78c8',
    words: [
      'blue',
      'azure',
      'navy',
      'cobalt',
      'bleu',
      'blau',
      'blaue',
      'azul',
      'синий',
      'голубой',
      '蓝',
      '青い',
      '파란',
    ],
  },
  {
    colour: '#8759c2',
    words: ['purple', 'violet', 'lavender', 'indigo', 'lila', 'morado', 'фиолетовый', '紫', '보라'],
  },
  { colour: '#e583ab', words: ['pink', 'magenta', 'rosa', 'розовый', '粉', '粉色', 'ピンク', '분홍'] },
  { colour: '#8a5a3a', words: ['brown', 'chocolate', 'marron', 'braun', 'marrón', 'коричневый', '棕', '茶色', '갈색'] },
  {
    colour: '#f3eee4',
    words: ['white', 'ivory', 'blanc', 'blanche', 'weiß', 'weiss', 'blanco', 'blanca', 'белый', 'белая', '白', '하얀'],
  },
  {
    colour: '#2b2a33',
    words: ['black', 'noir', 'noire', 'schwarz', 'schwarze', 'negro', 'negra', 'чёрный', 'черный', '黑', '黒', '검은'],
  },
  { colour: '#8d929b', words: ['grey', 'gray', 'silver', 'gris', 'grau', 'серый', '灰', '회색'] },
];
