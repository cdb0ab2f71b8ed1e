//! SVG: a picture that needs no other program.

use std::fmt::Write;

use super::{
    layout::{layers, ways},
    picture::{Picture, colours},
};

const FONT: &str = "ui-sans-serif, system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif";
const MARGIN: f64 = 24.0;
const TITLE: f64 = 40.0;
const GAP_X: f64 = 28.0;
const GAP_Y: f64 = 56.0;
const LINE: f64 = 18.0;
const PAD: f64 = 12.0;
/// The width of a character at this size, generously, as no font is at hand to ask.
const CHARACTER: f64 = 7.6;
const BOX_MIN: f64 = 120.0;
/// What a bend of an arrow takes of its layer.
const BEND: f64 = 12.0;

struct Placed {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// The picture as a file of its own.
pub(crate) fn svg(picture: &Picture) -> String {
    let ways = ways(picture.boxes.len(), &picture.arrows);
    let (placed, width, height) = place(picture, &ways);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" font-family=\"{FONT}\" font-size=\"13\">\n<title>{0}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
         orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#80868b\"/></marker></defs>\n\
         <text x=\"{MARGIN}\" y=\"32\" font-size=\"16\" font-weight=\"600\" fill=\"#202124\">{0}</text>\n",
        escape(&picture.title)
    );
    for way in &ways {
        arrow(
            &mut text,
            &way.iter().map(|place| &placed[*place]).collect::<Vec<_>>(),
        );
    }
    for (one, at) in picture.boxes.iter().zip(&placed) {
        let (fill, stroke) = colours(one.action);
        let Placed {
            x,
            y,
            width,
            height,
        } = at;
        let _ = writeln!(
            text,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"8\" \
             fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"1.5\"/>"
        );
        let left = x + PAD;
        let mut line = y + PAD + 11.0;
        write_text(
            &mut text,
            left,
            line,
            &format!("font-weight=\"600\" fill=\"{stroke}\""),
            &one.heading(),
        );
        for words in &one.lines {
            line += LINE;
            write_text(&mut text, left, line, "fill=\"#3c4043\"", words);
        }
    }
    text + "</svg>\n"
}

/// Where each box and each bend of an arrow stands, and how large the whole is.
fn place(picture: &Picture, ways: &[Vec<usize>]) -> (Vec<Placed>, f64, f64) {
    let steps = ways
        .iter()
        .flat_map(|way| way.windows(2).map(|pair| (pair[0], pair[1])));
    let steps: Vec<(usize, usize)> = steps.collect();
    let bends: usize = ways.iter().map(|way| way.len() - 2).sum();
    let mut placed: Vec<Placed> = picture.boxes.iter().map(size).collect();
    placed.extend((0..bends).map(|_| Placed {
        x: 0.0,
        y: 0.0,
        width: BEND,
        height: 0.0,
    }));
    let layers = layers(placed.len(), &steps);
    let row_width = |row: &[usize], placed: &[Placed]| {
        let boxes: f64 = row.iter().map(|place| placed[*place].width).sum();
        boxes + GAP_X * row.len().saturating_sub(1) as f64
    };
    let widest = layers
        .iter()
        .map(|row| row_width(row, &placed))
        .fold(BOX_MIN, f64::max);
    let mut y = MARGIN + TITLE;
    for row in &layers {
        let mut x = MARGIN + (widest - row_width(row, &placed)) / 2.0;
        let tallest = row
            .iter()
            .map(|place| placed[*place].height)
            .fold(0.0, f64::max);
        for place in row {
            let one = &mut placed[*place];
            // A bend is as high as its layer, so that an arrow passes its neighbours upright.
            one.height = if *place < picture.boxes.len() {
                one.height
            } else {
                tallest
            };
            (one.x, one.y) = (x, y + (tallest - one.height) / 2.0);
            x += one.width + GAP_X;
        }
        y += tallest + GAP_Y;
    }
    (placed, widest + 2.0 * MARGIN, y - GAP_Y + MARGIN)
}

fn size(one: &super::picture::Box) -> Placed {
    let heading = one.heading().chars().count() as f64 * (CHARACTER + 0.6);
    let lines = one
        .lines
        .iter()
        .map(|line| line.chars().count() as f64 * CHARACTER);
    let width = lines.fold(heading, f64::max).max(BOX_MIN) + 2.0 * PAD;
    let height = LINE * one.lines.len() as f64 + 2.0 * PAD + 14.0;
    Placed {
        x: 0.0,
        y: 0.0,
        width,
        height,
    }
}

/// From the top of the box that needs to the bottom of the one that it needs, by its bends.
fn arrow(text: &mut String, way: &[&Placed]) {
    let mut path = String::new();
    for (place, pair) in way.windows(2).enumerate() {
        let (from, to) = (pair[0], pair[1]);
        let (x1, y1) = (from.x + from.width / 2.0, from.y);
        // The tip stands a little off the box.
        let (x2, y2) = (to.x + to.width / 2.0, to.y + to.height + 2.0);
        let middle = (y1 + y2) / 2.0;
        let start = if place == 0 { 'M' } else { 'L' };
        let _ = write!(
            path,
            "{start}{x1:.1} {y1:.1}C{x1:.1} {middle:.1} {x2:.1} {middle:.1} {x2:.1} {y2:.1}"
        );
    }
    let _ = writeln!(
        text,
        "<path d=\"{path}\" fill=\"none\" stroke=\"#80868b\" stroke-width=\"1.3\" marker-end=\"url(#tip)\"/>"
    );
}

fn write_text(text: &mut String, x: f64, y: f64, attributes: &str, words: &str) {
    let _ = writeln!(
        text,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" {attributes}>{}</text>",
        escape(words)
    );
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
