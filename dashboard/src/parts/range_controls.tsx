// The buttons that choose the range of a chart: spans up to now, earlier and later, closer and further away.
import type { Preset } from "../domain/range";
import { Icon, type IconName } from "./icons";

const PRESET_LABELS: Record<Preset, string> = { window: "Window", day: "24 h", week: "7 d", month: "30 d", all: "All" };

interface PresetsProps {
  presets: Preset[];
  chosen: Preset | null; // null: another span
  onChoose: (preset: Preset) => void;
}

export function Presets({ presets, chosen, onChoose }: PresetsProps) {
  return (
    <div class="segments" role="group" aria-label="Time span">
      {presets.map((preset) => (
        <button key={preset} type="button" aria-pressed={chosen === preset} onClick={() => onChoose(preset)}>
          {PRESET_LABELS[preset]}
        </button>
      ))}
    </div>
  );
}

interface ZoomProps {
  onShift: (share: number) => void; // of the range; earlier if negative
  onScale: (factor: number) => void;
  onReset: () => void;
  resetLabel: string;
}

export function Zoom({ onShift, onScale, onReset, resetLabel }: ZoomProps) {
  const buttons: { icon: IconName; label: string; press: () => void }[] = [
    { icon: "left", label: "Earlier", press: () => onShift(-0.5) },
    { icon: "right", label: "Later", press: () => onShift(0.5) },
    { icon: "plus", label: "Zoom in", press: () => onScale(0.5) },
    { icon: "minus", label: "Zoom out", press: () => onScale(2) },
    { icon: "reset", label: resetLabel, press: onReset },
  ];
  return (
    <div class="zoom" role="group" aria-label="Zoom">
      {buttons.map(({ icon, label, press }) => (
        <button
          key={icon}
          type="button"
          class="button quiet icon-only"
          aria-label={label}
          title={label}
          onClick={press}
        >
          <Icon name={icon} />
        </button>
      ))}
    </div>
  );
}
