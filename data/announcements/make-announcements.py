#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the announcements of the order line from the texts beside this script.

    data/announcements/make-announcements.py [NAME-LANGUAGE…]

Without arguments all are made: NAME-LANGUAGE.wav in this folder, as sipgate plays them (RIFF/WAVE, PCM, 16 bit, mono, 8 kHz).
Needs espeak-ng, gst-launch-1.0 and GStreamer's plugins of "base" and "good". The build needs none of these: what this script makes is
kept with the sources.
"""

import array
import math
import pathlib
import subprocess
import sys
import tempfile
import wave

FOLDER = pathlib.Path(__file__).resolve().parent
RATE = 8000
# Slower than people speak, because a telephone takes away the upper half of the consonants.
VOICES = {
    'en': ['-v', 'en-gb', '-s', '150', '-p', '45', '-g', '1'],
    'de': ['-v', 'de', '-s', '146', '-p', '45', '-g', '1'],
}
# The telephone passes 300 to 3400 Hz; what is below only costs loudness.
PIPELINE = ('filesrc location={source} ! wavparse ! audioconvert ! audiocheblimit mode=high-pass cutoff=200 poles=4 '
            '! audioresample quality=10 ! audioconvert ! audio/x-raw,format=S16LE,rate=8000,channels=1 ! wavenc ! filesink location={target}')
SILENCE_SECONDS = 0.2
# Of full scale: as loud as a voice on the telephone is, and nothing of it cut off.
LOUDNESS = 0.14
PEAK = 0.89
THRESHOLD = 0.01


def read_texts(language):
    texts = {}
    for line in (FOLDER / (language + '.txt')).read_text(encoding='utf-8').splitlines():
        name, text = line.split(':', 1)
        texts[name] = text.strip()
    return texts


def speak(text, language, folder):
    spoken, resampled = folder / 'spoken.wav', folder / 'resampled.wav'
    subprocess.run(['espeak-ng', *VOICES[language], '-w', str(spoken), text], check=True)
    subprocess.run(['gst-launch-1.0', '-q', *PIPELINE.format(source=spoken, target=resampled).split()], check=True)
    with wave.open(str(resampled)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        samples = array.array('h', file.readframes(file.getnframes()))
    if sys.byteorder == 'big':
        samples.byteswap()
    return samples


def trim(samples):
    loud = [i for i, sample in enumerate(samples) if abs(sample) > THRESHOLD * 32767]
    return samples[loud[0]:loud[-1] + 1]


# Loud vowels are rounded off, so that quiet consonants can be as loud as the line allows.
def level(samples):
    loudness = math.sqrt(sum(sample * sample for sample in samples) / len(samples)) / 32767
    gain = LOUDNESS / loudness
    return array.array('h', (round(32767 * PEAK * math.tanh(sample / 32767 * gain / PEAK)) for sample in samples))


def write(path, samples):
    silence = array.array('h', [0] * round(SILENCE_SECONDS * RATE))
    whole = silence + samples + silence
    if sys.byteorder == 'big':
        whole.byteswap()
    with wave.open(str(path), 'wb') as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(whole.tobytes())


def main():
    with tempfile.TemporaryDirectory() as folder:
        for language in sorted(VOICES):
            for name, text in read_texts(language).items():
                stem = name + '-' + language
                if len(sys.argv) > 1 and stem not in sys.argv[1:]:
                    continue
                samples = level(trim(speak(text, language, pathlib.Path(folder))))
                write(FOLDER / (stem + '.wav'), samples)
                print('%s.wav: %.1f s' % (stem, len(samples) / RATE + 2 * SILENCE_SECONDS))


if __name__ == '__main__':
    main()
