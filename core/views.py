"""The one view of core: handing out a stored file."""

from django.http import FileResponse
from django.views.decorators.http import require_safe

from core import files, selectors
from core.refusals import NotFound


@require_safe
def file(request, pk):
    """A stored file, to those whom the rule of its purpose admits; 404 to everybody else."""
    return sent(selectors.file_for(request.user, pk))


def sent(stored):
    """The answer that carries a stored file; whether it may be read was asked before."""
    try:
        content = files.open_file(stored)
    except FileNotFoundError as error:
        # `verify` names the file; whoever asks for it learns no more than that it is not there.
        raise NotFound(selectors.NO_FILE) from error
    # Only pictures that we encoded ourselves may be shown in the page; all else is a download.
    inline = stored.kind == stored.Kind.IMAGE
    response = FileResponse(
        content,
        as_attachment=not inline,
        filename=stored.name,
        content_type=stored.mime,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
