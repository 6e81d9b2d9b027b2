package io.boathouse.training.evaluate;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;

/** A white sheet with two axes to draw data on, which ends as PNG bytes. Not thread-safe. */
final class Chart {
  static final Color BLUE = new Color(0x1F5FA8);
  static final Color ORANGE = new Color(0xC8641B);
  static final Color GREY = new Color(0x8A8F98);
  private static final Color GRID = new Color(0xE3E6EA);
  private static final Color TEXT = new Color(0x22262B);
  private static final int WIDTH = 960;
  private static final int HEIGHT = 720;
  private static final int TOP = 84;
  private static final int BOTTOM = 84;
  private static final int RIGHT = 40;
  private static final Font TITLE_FONT = new Font(Font.SANS_SERIF, Font.BOLD, 24);
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 17);

  /** One line of the legend. */
  record Entry(String label, Color color, boolean dashed) {}

  private final BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
  private final Graphics2D g = image.createGraphics();
  private final int left;
  private final Axis x;
  private final Axis y;

  Chart(String title, int left, Axis x, Axis y) {
    this.left = left;
    this.x = x;
    this.y = y;
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, WIDTH, HEIGHT);
    g.setColor(TEXT);
    g.setFont(TITLE_FONT);
    g.drawString(title, 32, 48);
    g.setFont(FONT);
  }

  /** Grid lines, tick labels and the axes' names. */
  void drawAxes() {
    FontMetrics metrics = g.getFontMetrics();
    for (double tick : x.ticks()) {
      line(GRID, 1, false, px(tick), TOP, px(tick), HEIGHT - BOTTOM);
      String label = x.label(tick);
      text(label, px(tick) - metrics.stringWidth(label) / 2.0, HEIGHT - BOTTOM + 26);
    }
    for (double tick : y.ticks()) {
      line(GRID, 1, false, left, py(tick), WIDTH - RIGHT, py(tick));
      String label = y.label(tick);
      text(label, left - 12 - metrics.stringWidth(label), py(tick) + 6);
    }
    line(TEXT, 1.4f, false, left, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
    line(TEXT, 1.4f, false, left, TOP, left, HEIGHT - BOTTOM);
    double middle = (left + WIDTH - RIGHT) / 2.0;
    text(x.name(), middle - metrics.stringWidth(x.name()) / 2.0, HEIGHT - 24);
    if (!y.name().isEmpty()) {
      AffineTransform upright = g.getTransform();
      g.rotate(-Math.PI / 2, 32, (TOP + HEIGHT - BOTTOM) / 2.0);
      text(y.name(), 32 - metrics.stringWidth(y.name()) / 2.0, (TOP + HEIGHT - BOTTOM) / 2.0);
      g.setTransform(upright);
    }
  }

  void drawLine(Color color, boolean dashed, double[] xs, double[] ys) {
    var path = new Path2D.Double();
    for (int i = 0; i < xs.length; i++) {
      if (i == 0) {
        path.moveTo(px(xs[i]), py(ys[i]));
      } else {
        path.lineTo(px(xs[i]), py(ys[i]));
      }
    }
    g.setColor(color);
    g.setStroke(stroke(2.6f, dashed));
    g.draw(path);
  }

  void drawPoint(Color color, double atX, double atY) {
    g.setColor(color);
    g.fill(new Ellipse2D.Double(px(atX) - 5, py(atY) - 5, 10, 10));
  }

  /** A horizontal bar from zero, in row {@code index} of {@code count}, with its name and value. */
  void drawBar(Color color, int index, int count, String name, double value) {
    double slot = (HEIGHT - BOTTOM - TOP) / (double) count;
    double middle = TOP + slot * (index + 0.5);
    double thick = Math.min(30, slot * 0.68);
    double from = Math.min(px(0), px(value));
    g.setColor(color);
    g.fill(new Rectangle2D.Double(from, middle - thick / 2, Math.abs(px(value) - px(0)), thick));
    g.setColor(TEXT);
    FontMetrics metrics = g.getFontMetrics();
    String shown = shortened(name, metrics, left - 28);
    text(shown, left - 12 - metrics.stringWidth(shown), middle + 6);
    text(x.label(value), Math.max(px(value), px(0)) + 8, middle + 6);
  }

  /** A legend with its upper left corner at a place given in shares of the drawing area. */
  void drawLegend(double atX, double atY, List<Entry> entries) {
    FontMetrics metrics = g.getFontMetrics();
    int widest = entries.stream().mapToInt(e -> metrics.stringWidth(e.label())).max().orElse(0);
    double boxX = left + atX * (WIDTH - RIGHT - left);
    double boxY = TOP + atY * (HEIGHT - BOTTOM - TOP);
    var box = new Rectangle2D.Double(boxX, boxY, widest + 84, entries.size() * 28 + 16);
    g.setColor(Color.WHITE);
    g.fill(box);
    g.setColor(GRID);
    g.setStroke(stroke(1, false));
    g.draw(box);
    double at = boxY + 28;
    for (Entry entry : entries) {
      line(entry.color(), 2.6f, entry.dashed(), boxX + 14, at - 6, boxX + 54, at - 6);
      text(entry.label(), boxX + 66, at);
      at += 28;
    }
  }

  byte[] png() {
    g.dispose();
    try {
      var bytes = new ByteArrayOutputStream();
      ImageIO.setUseCache(false);
      ImageIO.write(image, "png", bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw EvaluationErrors.unwritable(e);
    }
  }

  private static String shortened(String name, FontMetrics metrics, int width) {
    if (metrics.stringWidth(name) <= width) {
      return name;
    }
    int keep = name.length();
    while (keep > 1 && metrics.stringWidth(name.substring(0, keep) + "…") > width) {
      keep--;
    }
    return name.substring(0, keep) + "…";
  }

  private double px(double value) {
    return left + x.share(value) * (WIDTH - RIGHT - left);
  }

  private double py(double value) {
    return HEIGHT - BOTTOM - y.share(value) * (HEIGHT - BOTTOM - TOP);
  }

  private void text(String text, double atX, double atY) {
    g.setColor(TEXT);
    g.drawString(text, (float) atX, (float) atY);
  }

  private void line(
      Color color, float width, boolean dashed, double x1, double y1, double x2, double y2) {
    g.setColor(color);
    g.setStroke(stroke(width, dashed));
    g.draw(new Line2D.Double(x1, y1, x2, y2));
  }

  private static BasicStroke stroke(float width, boolean dashed) {
    return new BasicStroke(
        width,
        BasicStroke.CAP_ROUND,
        BasicStroke.JOIN_ROUND,
        10,
        dashed ? new float[] {7, 7} : null,
        0);
  }
}
