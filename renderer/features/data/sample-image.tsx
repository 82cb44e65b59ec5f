import { useEffect, useRef } from 'react';
import classes from './data.module.css';
import { bytesOfBase64, toRgba } from './pixels.ts';

interface SampleImageProps {
  /** Base64 of its bytes [channels, height, width]. */
  readonly pixels: string;
  readonly shape: readonly number[];
  /** For whoever does not see it: `Row 12, class 7`. */
  readonly label: string;
  /** On the page, in pixels. */
  readonly size: number;
}

/** A sample as it is stored: every pixel a square, nothing smoothed. */
export function SampleImage({ pixels, shape, label, size }: SampleImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [, height = 1, width = 1] = shape;
  useEffect(() => {
    const image = new ImageData(toRgba(bytesOfBase64(pixels), [shape[0] ?? 1, height, width]), width, height);
    canvas.current?.getContext('2d')?.putImageData(image, 0, 0);
  }, [pixels, shape, height, width]);
  return (
    <canvas
      ref={canvas}
      className={classes.sample}
      width={width}
      height={height}
      style={{ width: size, height: (size * height) / width }}
      role="img"
      aria-label={label}
    />
  );
}
