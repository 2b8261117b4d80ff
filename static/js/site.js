/* Small conveniences. Every page works without them. Markup that switches them on:
   data-print            a button that prints the page
   data-copy="text"      a button that copies text; data-done="已复制" is said afterwards
   form[data-leave]      asks before leaving when something was typed and not sent
   [data-limit]          field.html with limit=…: counts characters
   [data-once]           a form whose button is switched off after sending
   [data-focus]          takes the focus when the page opens (summary of errors)
   [data-chart="id"]     an ECharts chart from the JSON script with that id (json_script) */
(function () {
  "use strict";
  document.documentElement.classList.add("js");

  document.addEventListener("click", function (event) {
    var printer = event.target.closest("[data-print]");
    if (printer) { window.print(); return; }
    var copier = event.target.closest("[data-copy]");
    if (copier && navigator.clipboard) {
      navigator.clipboard.writeText(copier.dataset.copy).then(function () {
        var before = copier.textContent;
        copier.textContent = copier.dataset.done || before;
        setTimeout(function () { copier.textContent = before; }, 2000);
      });
    }
  });

  var dirty = false;
  document.addEventListener("input", function (event) {
    if (event.target.closest("form[data-leave]")) { dirty = true; }
  });
  document.addEventListener("submit", function (event) {
    var form = event.target;
    dirty = false;
    if (form.hasAttribute("data-once")) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      // a later return by the back button must find the form alive again
      window.addEventListener("pageshow", function () { delete form.dataset.sent; }, { once: true });
    }
  });
  window.addEventListener("beforeunload", function (event) {
    if (dirty) { event.preventDefault(); }
  });

  function countFields(root) {
    root.querySelectorAll("[data-limit]").forEach(function (box) {
      var input = box.querySelector("textarea, input");
      if (!input || box.querySelector(".count-left")) { return; }
      var line = document.createElement("p");
      line.className = "count-left";
      line.setAttribute("aria-live", "polite");
      box.appendChild(line);
      function tell() {
        var left = Number(box.dataset.limit) - Array.from(input.value).length;
        line.textContent = (left < 0 ? box.dataset.over : box.dataset.left) + " " + Math.abs(left) + " " + box.dataset.unit;
        line.classList.toggle("count-over", left < 0);
      }
      input.addEventListener("input", tell);
      tell();
    });
  }

  function drawCharts(root) {
    if (!window.echarts) { return; }
    root.querySelectorAll("[data-chart]").forEach(function (box) {
      var source = document.getElementById(box.dataset.chart);
      if (!source || box.dataset.drawn) { return; }
      box.dataset.drawn = "1";
      var chart = window.echarts.init(box, null, { renderer: "svg" });
      chart.setOption(Object.assign({
        animation: false,
        color: ["#0b5a63", "#c98a1b", "#24518f", "#8a4b7a", "#5c7a2e"],
        textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 14 },
        aria: { enabled: true, decal: { show: true } }
      }, JSON.parse(source.textContent)));
      window.addEventListener("resize", function () { chart.resize(); });
    });
  }

  function wake(root) {
    countFields(root);
    drawCharts(root);
    var focus = root.querySelector("[data-focus]");
    if (focus) { focus.focus(); }
  }
  wake(document);
  document.addEventListener("htmx:afterSwap", function (event) { wake(event.target); });
  document.querySelectorAll("[data-print], [data-copy]").forEach(function (button) { button.hidden = false; });
})();
