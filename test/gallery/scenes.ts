import { CHART_WINDOWS, THEMES } from '../../lambdas/contracts/chart-options.ts';
import { codeMail } from '../../lambdas/contracts/code-mail.ts';
import { chartModel } from '../../lambdas/domain/chart/chart-model.ts';
import { FORMS } from '../../lambdas/domain/chart/scene.ts';
import { renderChart } from '../support/charts.ts';
import { invitationScene, mailScene, SCENE_NAMES, seriesScene } from './mail-scenes.ts';

export type MailShown = { name: string; subject: string; html: string };
export type ChartShown = { name: string; png: Buffer; width: number };

/** Every mail of the gallery. */
export async function* mailsShown(): AsyncGenerator<MailShown> {
  for (const name of SCENE_NAMES) yield mailScene(name, 'auto');
  for (const theme of THEMES)
    yield { ...(await mailScene('eight tickers', theme)), name: `eight tickers, ${theme} only` };
  yield { name: 'invitation', subject: 'Confirm your mailbox for Closing Bell', html: invitationScene() };
  yield { name: 'code', ...codeMail('123456') };
}

/** A chart in every window, theme and form. */
export async function* chartsShown(): AsyncGenerator<ChartShown> {
  for (const window of CHART_WINDOWS)
    for (const theme of THEMES)
      for (const form of ['mail', 'alone'] as const) {
        const marks = { thresholds: ['205'], fires: [] };
        const model = chartModel(seriesScene(), window, theme, { company: 'Apple Inc.', marks });
        yield {
          name: `${window} days, ${theme}, ${form}`,
          png: await renderChart(model, form),
          width: FORMS[form].width,
        };
      }
}
