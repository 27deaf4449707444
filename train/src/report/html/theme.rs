//! Colours of the page for light and dark themes, and its style sheet.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use plotters::style::RGBColor;
use sha2::{Digest as _, Sha256};

/// A colour with a name in the style sheet.
#[derive(Debug)]
pub(super) struct Ink {
    name: &'static str,
    light: u32,
    dark: u32,
}

/// Text, and the main marks of a chart.
pub(super) const TEXT: Ink = Ink {
    name: "text",
    light: 0x1c_24_30,
    dark: 0xe6_ea_f0,
};
/// Labels and notes.
pub(super) const SOFT: Ink = Ink {
    name: "soft",
    light: 0x56_62_71,
    dark: 0x9d_a9_b8,
};
/// Reference line of a chart, drawn dashed.
pub(super) const REFERENCE: Ink = Ink {
    name: "against",
    light: 0x8a_93_a0,
    dark: 0x73_7f_8e,
};
/// Grid lines and borders.
pub(super) const RULE: Ink = Ink {
    name: "rule",
    light: 0xe4_e1_d8,
    dark: 0x2f_38_43,
};
/// Relevant texts.
pub(super) const RELEVANT: Ink = Ink {
    name: "relevant",
    light: 0x0b_6e_5f,
    dark: 0x58_c9_b5,
};
/// Texts that are not relevant.
pub(super) const NOT_RELEVANT: Ink = Ink {
    name: "not-relevant",
    light: 0xb4_53_1d,
    dark: 0xf0_9a_66,
};
const PAPER: Ink = Ink {
    name: "paper",
    light: 0xfb_fa_f7,
    dark: 0x14_18_1e,
};
const PANEL: Ink = Ink {
    name: "panel",
    light: 0xff_ff_ff,
    dark: 0x1b_21_29,
};

const INKS: [&Ink; 8] = [
    &TEXT,
    &SOFT,
    &REFERENCE,
    &RULE,
    &RELEVANT,
    &NOT_RELEVANT,
    &PAPER,
    &PANEL,
];

impl Ink {
    /// Colour of the light theme, in which charts are drawn.
    pub(super) const fn color(&self) -> RGBColor {
        let [_, red, green, blue] = self.light.to_be_bytes();
        RGBColor(red, green, blue)
    }

    fn variable(&self) -> String {
        format!(
            "--{}: light-dark(#{:06x}, #{:06x});\n",
            self.name, self.light, self.dark
        )
    }

    /// Rules that replace the colour in charts, written as `#RRGGBB`, by the variable.
    fn chart_rules(&self) -> String {
        let Self { name, light, .. } = self;
        format!(
            ".chart [fill=\"#{light:06X}\"] {{ fill: var(--{name}); }}\n\
             .chart [stroke=\"#{light:06X}\"] {{ stroke: var(--{name}); }}\n"
        )
    }
}

/// The style sheet: variables, colours of the charts, then the rules of `style.css`.
pub(super) fn style_sheet() -> String {
    let variables: String = INKS.iter().map(|ink| ink.variable()).collect();
    let charts: String = INKS.iter().map(|ink| ink.chart_rules()).collect();
    let dashed = format!(
        ".chart polyline[stroke=\"#{:06X}\"] {{ stroke-dasharray: 16 14; }}\n",
        REFERENCE.light
    );

    format!(
        "\n:root {{ color-scheme: light dark;\n{variables}}}\n{charts}{dashed}{}",
        include_str!("style.css")
    )
}

/// Content security policy that allows this style sheet and nothing else.
pub(super) fn policy(style: &str) -> String {
    let digest = STANDARD.encode(Sha256::digest(style));
    format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast of two colours as WCAG 2 defines it, 1 to 21.
    fn contrast(left: u32, right: u32) -> f64 {
        let luminance = |color: u32| {
            let [_, red, green, blue] = color.to_be_bytes().map(|channel| {
                let channel = f64::from(channel) / 255.0;
                if channel <= 0.040_45 {
                    channel / 12.92
                } else {
                    ((channel + 0.055) / 1.055).powf(2.4)
                }
            });
            0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
        };
        let (left, right) = (luminance(left), luminance(right));

        left.max(right) / left.min(right)
    }

    #[test]
    fn text_has_enough_contrast_in_light_and_dark() {
        for ground in [&PAPER, &PANEL] {
            for ink in [&TEXT, &SOFT, &RELEVANT, &NOT_RELEVANT] {
                let contrasts = [
                    contrast(ink.light, ground.light),
                    contrast(ink.dark, ground.dark),
                ];
                assert!(
                    contrasts.iter().all(|contrast| *contrast >= 4.5),
                    "{ink:?} on {ground:?}: {contrasts:?}"
                );
            }
        }
    }

    #[test]
    fn inks_have_distinct_colours_in_the_light_theme() {
        let mut colors = INKS.map(|ink| ink.light);
        colors.sort_unstable();
        assert!(
            colors.windows(2).all(|pair| pair[0] != pair[1]),
            "{colors:06x?}"
        );
    }

    #[test]
    fn the_style_sheet_closes_no_element_and_has_no_address() {
        let style = style_sheet();
        for forbidden in ["</", "url(", "@import", "http"] {
            assert!(!style.contains(forbidden), "{forbidden}");
        }
    }
}
