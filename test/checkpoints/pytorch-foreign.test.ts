import { describe, expect, it } from 'vitest';
import { isHarmful } from '../../main/checkpoints/harmful-globals.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { expectedWeights, expectHolds, fixture, rejectionOf } from './fixtures.ts';

describe('objects of foreign classes', () => {
  it.each(['foreign.pt', 'foreign-protocol-5.pt'])(
    'are named and don’t stop the tensors beside them: %s',
    async (name) => {
      const checkpoint = await openCheckpoint(fixture(`pytorch/${name}`));
      expectHolds(checkpoint, expectedWeights(`pytorch/${name}`));
      const remarks = checkpoint.remarks.join('\n');
      for (const named of [
        'argparse.Namespace',
        'pathlib.PurePosixPath',
        '__main__.Colour',
        'omegaconf.dictconfig.DictConfig',
        'numpy._core.multiarray.scalar',
        'pytorch_lightning.utilities.parsing.AttributeDict',
      ]) {
        expect(remarks).toContain(named);
      }
      expect(remarks).not.toMatch(/builtins?(__)?\.(set|dict|list|range)/);
      checkpoint.close();
    },
  );

  it.each(['module.pt', 'module-legacy.pt', 'module-in-training.pt'])(
    'give up their weights when they are whole models: %s',
    async (name) => {
      const checkpoint = await openCheckpoint(fixture(`pytorch/${name}`));
      expectHolds(checkpoint, expectedWeights(`pytorch/${name}`));
      expect(checkpoint.remarks.join('\n')).toContain('a whole model of class __main__.Net');
      checkpoint.close();
    },
  );

  it.each(['compiled.pt', 'compiled-inside.pt'])(
    'give up their weights when torch.compile has wrapped them: %s',
    async (name) => {
      const checkpoint = await openCheckpoint(fixture(`pytorch/${name}`));
      expectHolds(checkpoint, expectedWeights(`pytorch/${name}`));
      expect(checkpoint.remarks.join('\n')).toContain('torch._dynamo.eval_frame.OptimizedModule');
      checkpoint.close();
    },
  );

  it('without any weights are named', async () => {
    const error = await rejectionOf(() => openCheckpoint(fixture('hostile-model-class.pt')));
    expect(error.code).toBe('checkpoint/no-tensors');
    expect(error.what).toContain('__main__.Net');
    expect(error.remedy).toContain('state_dict()');
  });
});

describe('what can only do harm is refused by name:', () => {
  it.each([
    ['hostile-through-torch.pt', 'torch.serialization.os.system'],
    ['hostile-dunder.pt', 'collections.OrderedDict.__class__'],
    ['hostile-exec.pt', '__builtin__.exec'],
    ['hostile-hub.pt', 'torch.hub.load'],
    ['hostile-runpy.pt', 'runpy._run_code'],
    ['hostile-legacy.pt', 'os.system'],
    ['hostile-legacy-facts.pt', 'os.system'],
    ['hostile-getattr-of-class.pt', 'builtins.getattr'],
    ['hostile-getattr-of-tensor.pt', 'builtins.getattr'],
    ['hostile-getattr-of-attribute.pt', 'builtins.getattr'],
    ['hostile-getattr-dunder.pt', 'builtins.getattr'],
    ['hostile-getattr-dotted.pt', 'builtins.getattr'],
    ['hostile-getattr-default.pt', 'builtins.getattr'],
    ['hostile-getattr-computed-name.pt', 'builtins.getattr'],
    ['hostile-getattr-new-object.pt', 'builtins.getattr'],
    ['hostile-getattr-unused.pt', 'builtins.getattr'],
    ['hostile-getattr-called.pt', '__main__.Net.forward'],
    ['hostile-getattr-built.pt', '__main__.Net.forward'],
    ['hostile-getattr-filled.pt', '__main__.Net.forward'],
    ['hostile-getattr-extended.pt', '__main__.Net.forward'],
  ])('%s, %s', async (name, named) => {
    const error = await rejectionOf(() => openCheckpoint(fixture(`pytorch/${name}`)));
    expect(error.code).toBe('checkpoint/unsafe-pickle');
    expect(error.details).toEqual([named]);
  });

  it('persistent ids that are no storages', async () => {
    const error = await rejectionOf(() => openCheckpoint(fixture('pytorch/hostile-persistent.pt')));
    expect(error.code).toBe('checkpoint/unsafe-pickle');
    expect(error.what).toContain('outside');
  });

  it.each([
    ['os', 'system'],
    ['posix', 'execv'],
    ['nt', 'system'],
    ['subprocess', 'Popen'],
    ['sys', 'modules'],
    ['builtins', 'eval'],
    ['builtins', 'exec'],
    ['builtins', 'getattr'],
    ['builtins', '__import__'],
    ['builtins', 'open'],
    ['builtins', 'str.__class__'],
    ['__builtin__', 'compile'],
    ['runpy', 'run_path'],
    ['importlib', 'import_module'],
    ['importlib.util', 'spec_from_file_location'],
    ['pickle', 'loads'],
    ['_pickle', 'loads'],
    ['shutil', 'rmtree'],
    ['socket', 'socket'],
    ['webbrowser', 'open'],
    ['ctypes', 'CDLL'],
    ['numpy', 'load'],
    ['numpy.testing._private.utils', 'runstring'],
    ['torch', 'load'],
    ['torch.hub', 'load'],
    ['torch.jit', 'load'],
    ['torch.storage', '_load_from_bytes'],
    ['torch.utils.cpp_extension', 'load_inline'],
    ['my.package', 'os.system'],
    ['my.package', 'Class.__globals__'],
    ['types', 'FunctionType'],
    ['multiprocessing.util', 'spawnv_passfds'],
  ])('%s.%s', (module, name) => {
    expect(isHarmful(module, name)).toBe(true);
  });

  it.each([
    ['__main__', 'Net'],
    ['types', 'SimpleNamespace'],
    ['argparse', 'Namespace'],
    ['torch.nn.modules.linear', 'Linear'],
    ['posture', 'Net'],
    ['code.models', 'Net'],
    ['pathlib', 'PosixPath'],
    ['builtins', 'set'],
  ])('but not %s.%s', (module, name) => {
    expect(isHarmful(module, name)).toBe(false);
  });
});
