import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderModelCard } from '../../../main/backend/exports/model-card.ts';
import { PLAINLY_STORED } from '../../../main/backend/exports/stored-tensors.ts';
import { reportExample } from './report-example.ts';

const FILE = {
  stored: PLAINLY_STORED,
  name: 'greedy.safetensors',
  format: 'safetensors',
  sha256: 'cd'.repeat(32),
} as const;

describe('the model card', () => {
  it('begins with front matter that names the kind, the library and every result', () => {
    const card = renderModelCard(reportExample(), 'greedy', FILE);
    const [, matter] = card.split(/^---$/m);
    const parsed = parse(matter!) as {
      library_name: string;
      tags: string[];
      'model-index': { results: { metrics: { type: string; value: number }[] }[] }[];
    };
    expect(parsed.library_name).toBe('safetensors');
    expect(parsed.tags).toContain('model-soup');
    const results = parsed['model-index'][0]!.results;
    expect(results).toHaveLength(9);
    expect(results[0]!.metrics[0]).toEqual({ type: 'accuracy', value: 0.9916 });
  });

  it('names ingredients with hash and weight, scores with interval, the recipe, and how to load and verify', () => {
    const data = reportExample();
    const card = renderModelCard(data, 'greedy', FILE);
    for (const one of data.ingredients) expect(card).toContain(one.sha256);
    expect(card).toContain('| adamw-5e-4 | 0.3333 |');
    expect(card).toContain('99.16\u00a0% (98.96\u00a0% – 99.32\u00a0%)');
    expect(card).toContain('+0.19 (−0.01 to +0.38), p = 0.070');
    expect(card).toContain('order: article');
    expect(card).toContain('load_file("greedy.safetensors")');
    expect(card).toContain('npx stockpot verify greedy.safetensors');
    expect(card).toContain(FILE.sha256);
  });

  it('says so when the recipe took one ingredient only', () => {
    const data = reportExample();
    const coefficients = { groups: [{ name: 'all', tensors: 'rest' as const, weights: [0, 1, 0, 0, 0] }] };
    const card = renderModelCard({ ...data, soups: [{ ...data.soups[0]!, coefficients }] }, 'greedy', FILE);
    expect(card).toContain('those of one of 5 fine-tuned checkpoints');
  });

  it('travels with the file: no path of the machine that wrote it', () => {
    const data = reportExample();
    const commands = [{ what: 'Replay', command: 'stockpot cook /home/me/recipe.yml' }];
    expect(renderModelCard({ ...data, commands }, 'greedy', FILE)).not.toContain('/home/me');
  });

  it('loads a .pt file without executing anything in it', () => {
    const card = renderModelCard(reportExample(), 'uniform', { ...FILE, name: 'uniform.pt', format: 'pytorch-zip' });
    expect(card).toContain('torch.load("uniform.pt", weights_only=True)');
    expect(card).toContain('library_name: pytorch');
  });

  it('keeps names from files from becoming Markdown, HTML, YAML or shell', () => {
    const data = reportExample();
    const hostile = 'a|b <img src=x> [link](x)\n# title';
    const card = renderModelCard(
      {
        ...data,
        run: { ...data.run, name: `${hostile}\n---\nlicense: x` },
        ingredients: data.ingredients.map((one) => ({ ...one, name: hostile })),
        recipeYaml: '```\n# not a heading\n```',
      },
      'greedy',
      { ...FILE, name: "it's; rm -rf.safetensors" },
    );
    expect(card).toContain('a\\|b \\<img src=x\\> \\[link\\](x) \\# title');
    expect(card).not.toMatch(/^# title/m);
    expect(card).not.toMatch(/^license:/m);
    expect(card).toContain('````yaml\n```');
    expect(card).toContain(`npx stockpot verify 'it'\\''s; rm -rf.safetensors'`);
  });

  it('refuses a soup that the run does not have', () => {
    expect(() => renderModelCard(reportExample(), 'none', FILE)).toThrow(RangeError);
  });
});
