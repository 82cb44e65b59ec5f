import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeLabels } from '../../../main/backend/exports/report/charts/place-labels.ts';
import { markup } from '../../../main/backend/exports/report/markup.ts';
import { renderReport } from '../../../main/backend/exports/report/render-report.ts';
import type { ReportData } from '../../../main/backend/exports/report/report-data.ts';
import { reportExample } from './report-example.ts';

const HOSTILE = `</title><script>alert("1")</script> & 'x'`;

describe('the report', () => {
  it('says whether the soup is better than the best ingredient, by how much and how sure', () => {
    const html = renderReport(reportExample());
    expect(html).toContain(
      'Undecided: “greedy” is ahead of the best ingredient, “adamw-5e-4”, by 0.19 points on clean',
    );
    expect(html).toContain('p = 0.070');
    expect(html).toContain('clearly better on 8, clearly worse on 0, undecided on 0');
  });

  it.each([
    [
      { onlyFirst: 90, onlySecond: 30, difference: 0.006, pValue: 1e-7, interval: { low: 0.004, high: 0.008 } },
      'Yes: “greedy” is better',
    ],
    [
      { onlyFirst: 30, onlySecond: 90, difference: -0.006, pValue: 1e-7, interval: { low: -0.008, high: -0.004 } },
      'No: “greedy” is worse',
    ],
    [
      { onlyFirst: 5, onlySecond: 5, difference: 0, pValue: 1, interval: { low: -0.001, high: 0.001 } },
      'do equally well',
    ],
  ])('reads the evidence %o as "%s"', (result, sentence) => {
    const data = reportExample();
    const comparisons = [{ ...data.comparisons[0]!, result: { total: 10_000, ...result } }];
    expect(renderReport({ ...data, comparisons })).toContain(sentence);
  });

  it('has a table for every other metric that is known, and none for what is not', () => {
    const html = renderReport(reportExample());
    expect(html).toContain('<summary>Brier score: the smaller the better</summary>');
    expect(html).toContain('<td class="number best">0.02</td>');
    expect(html).not.toContain('Macro F1');
    expect(html).not.toContain('Top-5');
  });

  it('sets the soup against the ensemble, which costs a forward pass per member', () => {
    const html = renderReport(reportExample());
    expect(html).toContain(
      '“mean logits” gets 99.15\u00a0% on clean for 5 forward passes per image; the soup gets 99.16\u00a0% for one (+0.01',
    );
  });

  it('says so when the soup is the best ingredient and nothing else', () => {
    const data = reportExample();
    const alone = { groups: [{ name: 'all', tensors: 'rest' as const, weights: [0, 1, 0, 0, 0] }] };
    const soups = data.soups.map((soup) => ({ ...soup, coefficients: alone }));
    const html = renderReport({ ...data, soups });
    expect(html).toContain('“greedy” is the best ingredient itself, “adamw-5e-4”');
    expect(html).not.toContain('How sure');
  });

  it('lists hyper-parameters that differ, and those that all share once', () => {
    const html = renderReport(reportExample());
    expect(html).toContain('<th scope="col">learning rate</th>');
    expect(html).toContain('The same for all: batch size 64.');
  });

  it('shows every subject, test set, hash and step, and how to replay and verify', () => {
    const data = reportExample();
    const html = renderReport(data);
    for (const { name, sha256 } of data.ingredients) {
      expect(html).toContain(name);
      expect(html).toContain(sha256);
    }
    for (const subject of [...data.soups, ...data.ensembles]) expect(html).toContain(subject.name);
    for (const set of data.testSets) expect(html).toContain(set.description);
    for (const { command } of data.commands) expect(html).toContain(command);
    expect(html).toContain('order: article');
    expect(html).toContain('round 2: with sgd-augmented, 99.22\u00a0%, taken');
    expect(html).toContain('0.3333');
    expect(html).toContain(data.architecture.graphHash);
    expect(html).toContain('onnxruntime 1.30.0 cpu');
  });

  it('draws the three bars of the article per test set, with their values, and says where an axis begins', () => {
    const html = renderReport(reportExample());
    expect(html).toContain('clean: Average ingredient 98.87\u00a0%, greedy 99.16\u00a0%');
    expect(html.match(/axis begins at \d/g)).toHaveLength(9);
  });

  it('draws ingredients as dots, soups as stars and ensembles as diamonds', () => {
    const html = renderReport(reportExample());
    expect(html.match(/class="mark ingredient"/g)).toHaveLength(5);
    expect(html.match(/class="mark soup-1"/g)).toHaveLength(4);
    expect(html.match(/class="mark ensemble-1"/g)).toHaveLength(2);
  });

  it('needs nothing from outside: no script, no link, and a policy that allows its own style only', () => {
    const html = renderReport(reportExample());
    expect(html).not.toMatch(/<script|<link|<img|<iframe|https?:|url\(|@import| style=| on\w+=/);
    const style = /<style>(.*?)<\/style>/s.exec(html)![1]!;
    const hash = createHash('sha256').update(style).digest('base64');
    expect(html).toContain(`default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;`);
  });

  it('escapes whatever comes from files and users', () => {
    const data = reportExample();
    const hostile: ReportData = {
      ...data,
      run: { ...data.run, name: HOSTILE, project: HOSTILE },
      recipeYaml: HOSTILE,
      selection: { name: HOSTILE, sampleCount: 1 },
      testSets: data.testSets.map((set) => ({ ...set, description: HOSTILE })),
      ingredients: data.ingredients.map((one) => ({
        ...one,
        name: HOSTILE,
        file: HOSTILE,
        facts: [{ label: HOSTILE, value: HOSTILE }],
      })),
      soups: data.soups.map((one) => ({ ...one, name: HOSTILE, summary: HOSTILE })),
      ensembles: data.ensembles.map((one) => ({ ...one, name: HOSTILE })),
      environment: [{ label: HOSTILE, value: HOSTILE }],
      commands: [{ what: HOSTILE, command: HOSTILE }],
    };
    const html = renderReport(hostile);
    expect(html).not.toContain('<script');
    expect(html).not.toContain('alert("1")');
    expect(html).toContain('&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;');
  });

  it('leaves out what a run has not: no selection, no shifted sets, no ensembles, no trace', () => {
    const data = reportExample();
    const html = renderReport({
      ...data,
      selection: undefined,
      testSets: data.testSets.slice(0, 1),
      ensembles: [],
      soups: data.soups.map((soup) => ({ ...soup, trace: [], exported: undefined })),
      commands: [],
    });
    expect(html).not.toContain('Clean against shifted');
    expect(html).not.toContain('Replay and verify');
    expect(html).not.toContain('NaN');
    expect(html).not.toContain('undefined');
  });

  it('survives a run without any score', () => {
    const data = reportExample();
    const html = renderReport({
      ...data,
      testSets: [],
      comparisons: [],
      ingredients: data.ingredients.map((one) => ({ ...one, scores: {}, selectionScore: undefined })),
      soups: data.soups.map((one) => ({ ...one, scores: {}, selectionScore: undefined })),
      ensembles: [],
    });
    expect(html).toContain('was not compared');
    expect(html).not.toContain('NaN');
  });

  it('is the same for the same run', () => {
    expect(renderReport(reportExample())).toBe(renderReport(reportExample()));
  });
});

describe('markup', () => {
  it('lets no text end an attribute or open an element', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(markup`<p title="${text}">${text}</p>`.text).toMatch(/^<p title="[^"<>']*">[^"<>']*<\/p>$/);
      }),
    );
  });
});

describe('labels', () => {
  it('do not cover each other where there is room', () => {
    const points = Array.from({ length: 8 }, (_, i) => ({ x: 300 + 6 * i, y: 200 + 3 * i, text: `subject ${i}` }));
    const placed = placeLabels(points, { left: 0, top: 0, width: 800, height: 400 });
    const boxes = placed.map(({ textX, textY, anchor, text }) => {
      const width = 6 * text.length;
      const left = anchor === 'start' ? textX : anchor === 'end' ? textX - width : textX - width / 2;
      return { left, right: left + width, top: textY - 9, bottom: textY + 1 };
    });
    const clashes = boxes.flatMap((a, i) =>
      boxes.slice(i + 1).filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
    );
    expect(clashes).toEqual([]);
  });
});
