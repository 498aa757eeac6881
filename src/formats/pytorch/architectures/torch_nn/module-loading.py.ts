/** How a module takes a state dict (torch/nn/modules/module.py): the walk, and the hooks before and after it. */
export const MODULE_LOADING_PY = `
# What loading a module and all below it does: parents first, each child with a dict of its own.
def _load_tree(module, state_dict, prefix, metadata, assign, missing, unexpected, messages):
    local_metadata = {} if metadata is None else metadata.get(prefix[:-1], {})
    if assign:
        local_metadata['assign_to_params_buffers'] = assign
    module._load_from_state_dict(state_dict, prefix, local_metadata, True, missing, unexpected, messages)
    for name, child in module._modules.items():
        if child is not None:
            below = prefix + name + '.'
            _load_tree(
                child, _entries_below(state_dict, below), below, metadata, assign, missing, unexpected, messages
            )
    for hook in _load_hooks(module, '_load_state_dict_post_hooks'):
        if hook(module, _IncompatibleKeys(missing, unexpected)) is not None:
            raise AssertionError(
                'Hooks registered with \`\`register_load_state_dict_post_hook\`\` are not expected to return new values, '
                'if incompatible_keys need to be modified, it should be done inplace.'
            )


def _load_hooks(module, kind):
    hooks = getattr(module, kind, None)
    return [] if hooks is None else hooks.values()


def _add_load_hook(module, kind, hook):
    if getattr(module, kind, None) is None:
        setattr(module, kind, OrderedDict())
    handle = RemovableHandle(getattr(module, kind))
    handle.hooks[handle.id] = hook
    return handle
`
