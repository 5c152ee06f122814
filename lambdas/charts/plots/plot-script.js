/* Runs in the page of a plot, which has no other file: draws the data of the page by lightweight-charts (LightweightCharts). */
const { createChart, AreaSeries, LineSeries, HistogramSeries, PriceScaleMode, LineStyle } = LightweightCharts;
const $ = (id) => document.getElementById(id);
const { plots, colours } = JSON.parse($('data').textContent);
const isSingle = plots.length === 1;
/** Sessions of each range. */
const RANGES = { '1M': 22, '3M': 64, '1Y': 252, All: Infinity };
const days = [...new Set(plots.flatMap(({ rows }) => rows.map(([date]) => date)))].sort();
let range = '1Y';
let drawn;
let at = days.length - 1;

const themeNow = () => colours[matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'];

function average(points, n) {
  let sum = 0;
  return points.flatMap(({ time, value }, i) => {
    sum += value - (points[i - n]?.value ?? 0);
    return i < n - 1 ? [] : [{ time, value: sum / n }];
  });
}

function draw() {
  drawn?.chart.remove();
  const look = themeNow();
  const chart = createChart($('chart'), {
    autoSize: true,
    layout: {
      background: { color: 'transparent' },
      textColor: look.muted,
      attributionLogo: false,
      fontFamily: 'Inter, system-ui, sans-serif',
      fontSize: 13,
    },
    grid: { vertLines: { visible: false }, horzLines: { color: look.line } },
    rightPriceScale: {
      borderVisible: false,
      scaleMargins: { top: 0.08, bottom: isSingle ? 0.22 : 0.08 },
      mode: isSingle ? PriceScaleMode.Normal : PriceScaleMode.Percentage,
    },
    timeScale: {
      borderVisible: false,
      fixLeftEdge: true,
      fixRightEdge: true,
      allowBoldLabels: false,
      tickMarkFormatter: tickText,
    },
  });
  const lines = isSingle ? [drawOne(chart, plots[0], look)] : plots.map((plot, i) => drawLine(chart, plot, i, look));
  chart.subscribeCrosshairMove(({ time }) => tell(time ?? days[at]));
  drawn = { chart, lines };
  show(range);
}

const pointsOf = ({ rows }) =>
  rows.filter(([, , , isSuspect]) => !isSuspect).map(([time, close]) => ({ time, value: Number(close) }));

/** Pennies have six decimals. */
const formatOf = (points) =>
  points.some(({ value }) => value < 1)
    ? { type: 'price', precision: 6, minMove: 0.000001 }
    : { type: 'price', precision: 2, minMove: 0.01 };

/** As in the mail: of a rise or a fall over the last year. */
function colourOf(points, look) {
  const shown = points.slice(-252);
  return (shown.at(-1)?.value ?? 0) < (shown[0]?.value ?? 0) ? look.down : look.up;
}

/** The closes of a ticker as an area with averages and volumes. */
function drawOne(chart, plot, look) {
  const points = pointsOf(plot);
  const colour = colourOf(points, look);
  const plain = { priceLineVisible: false, lastValueVisible: false };
  const line = chart.addSeries(AreaSeries, {
    lineColor: colour,
    topColor: `${colour}44`,
    bottomColor: `${colour}05`,
    lineWidth: 2,
    priceFormat: formatOf(points),
  });
  line.setData(points);
  for (const [n, color] of [
    [20, look.sma20],
    [50, look.sma50],
  ])
    chart
      .addSeries(LineSeries, { color, lineWidth: 1, crosshairMarkerVisible: false, ...plain })
      .setData(average(points, n));
  const volumes = plot.rows.flatMap(([time, , volume]) => (volume ? [{ time, value: Number(volume) }] : []));
  if (volumes.length === 0) return line;
  chart
    .addSeries(HistogramSeries, {
      priceScaleId: 'volume',
      color: look['volume-key'],
      priceFormat: { type: 'volume' },
      ...plain,
    })
    .setData(volumes);
  chart.priceScale('volume').applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
  return line;
}

/** The closes of one of several tickers. */
function drawLine(chart, plot, i, look) {
  const points = pointsOf(plot);
  const line = chart.addSeries(LineSeries, {
    color: look.lines[i],
    lineWidth: 2,
    lineStyle: i < 4 ? LineStyle.Solid : LineStyle.Dashed,
    priceFormat: formatOf(points),
  });
  line.setData(points);
  return line;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A year, a month, or in a short range a day. @param type 0 for a year, 1 for a month */
function tickText(time, type) {
  const [year, month, day] = time.split('-').map(Number);
  if (type === 0) return String(year);
  return type === 1 || RANGES[range] > 100 ? MONTHS[month - 1] : `${day} ${MONTHS[month - 1]}`;
}

/** `10 Jan 2020` */
const dateText = (time) => `${Number(time.slice(8))} ${MONTHS[Number(time.slice(5, 7)) - 1]} ${time.slice(0, 4)}`;

/** Shows a range, and says which one. */
function show(name) {
  range = name;
  for (const button of document.querySelectorAll('[data-range]'))
    button.setAttribute('aria-pressed', String(button.dataset.range === name));
  const last = days.length - 1;
  drawn.chart
    .timeScale()
    .setVisibleLogicalRange({ from: Math.max(0, last - Math.min(RANGES[name], last)), to: last + 1 });
  tell(days[at]);
}

/** Writes the closes of a date, and their change since the start of the range. */
function tell(date) {
  const first = days[Math.max(0, days.length - 1 - Math.min(RANGES[range], days.length - 1))];
  $('values').replaceChildren(
    text('time', dateText(date)),
    ...plots.map(({ ticker, rows }, i) => {
      const row = rows.findLast(([day]) => day <= date);
      const base = rows.find(([day, , , isSuspect]) => day >= first && !isSuspect);
      const item = document.createElement('span');
      const key = document.createElement('i');
      key.style.background = isSingle ? colourOf(pointsOf(plots[0]), themeNow()) : themeNow().lines[i];
      item.append(key, text('b', ticker), ` ${row?.[1] ?? '–'}${row?.[3] ? ' (suspect)' : ''} `);
      if (row && base && !row[3]) item.append(text('span', changeOf(Number(row[1]) / Number(base[1]) - 1)));
      return item;
    }),
  );
}

const text = (tag, content) => Object.assign(document.createElement(tag), { textContent: content });
const changeOf = (change) => `${change < 0 ? '−' : '+'}${Math.abs(change * 100).toFixed(1)} %`;

/** Moves the crosshair by keyboard. */
function move(event) {
  const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20, Home: -days.length, End: days.length }[
    event.key
  ];
  if (!step) return;
  event.preventDefault();
  at = Math.min(days.length - 1, Math.max(0, at + step));
  const row = plots[0].rows.find(([date]) => date === days[at]);
  if (row) drawn.chart.setCrosshairPosition(Number(row[1]), days[at], drawn.lines[0]);
  tell(days[at]);
}

function save() {
  const rows = plots.flatMap(({ ticker, rows: own }) =>
    own.map(([date, close, volume = '']) => [`"${ticker.replaceAll('"', '""')}"`, date, close, volume].join(',')),
  );
  const file = new Blob([['ticker,date,close,volume', ...rows, ''].join('\r\n')], { type: 'text/csv' });
  const link = Object.assign(document.createElement('a'), {
    href: URL.createObjectURL(file),
    download: `${document.title.split(' ')[0]}.csv`,
  });
  link.click();
  URL.revokeObjectURL(link.href);
}

for (const button of document.querySelectorAll('[data-range]')) button.onclick = () => show(button.dataset.range);
$('chart').addEventListener('keydown', move);
$('save').onclick = save;
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
draw();
