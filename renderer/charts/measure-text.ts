import type { MeasureText } from './treemap-labels.ts';

export const labelSize = 12;
const kept = 5000;

const measures = new Map<string, MeasureText>();

/** Measures in a font family. Widths are remembered: the same names come back at every zoom. */
export function textMeasure(family: string): MeasureText {
  const known = measures.get(family);
  if (known) return known;
  const made = newMeasure(family);
  measures.set(family, made);
  return made;
}

function newMeasure(family: string): MeasureText {
  const context = document.createElement('canvas').getContext('2d');
  const widths = { normal: new Map<string, number>(), bold: new Map<string, number>() };
  return (text, weight) => {
    // Long names never fit, and canvases are slow with them.
    if (text.length > 200) return Number.POSITIVE_INFINITY;
    const known = widths[weight].get(text);
    if (known !== undefined) return known;
    if (!context) return text.length * labelSize;
    context.font = `${weight === 'bold' ? 600 : 400} ${labelSize}px ${family}`;
    const width = context.measureText(text).width;
    if (widths[weight].size >= kept) widths[weight].clear();
    widths[weight].set(text, width);
    return width;
  };
}
