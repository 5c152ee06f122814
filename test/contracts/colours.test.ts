import { THEMES } from '../../lambdas/contracts/chart-options.ts';
import { COLOURS } from '../../lambdas/contracts/colours.ts';
import { rgb } from '../../lambdas/domain/chart/theme.ts';

/** Relative luminance by WCAG 2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = rgb(hex).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const TEXTS = ['ink', 'muted', 'link', 'up', 'danger', 'warning'] as const;

test.each(THEMES.flatMap((theme) => TEXTS.map((text) => [theme, text] as const)))(
  'in the %s theme text in %s can be read on page and card',
  (theme, text) => {
    const colours = COLOURS[theme];
    for (const background of ['page', 'card'] as const)
      expect(contrast(colours[text], colours[background])).toBeGreaterThanOrEqual(4.5);
  },
);

test.each(THEMES)('in the %s theme a loss can be read on a card', (theme) => {
  expect(contrast(COLOURS[theme].down, COLOURS[theme].card)).toBeGreaterThanOrEqual(4.5);
});
