/** torchvision's operators, as `torch.ops.torchvision` prints them; see `parseSchema`. */
export const VISION_SCHEMAS = `
torchvision::nms(Tensor dets, Tensor scores, float iou_threshold)
torchvision::roi_align(Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width, int sampling_ratio, bool aligned)
torchvision::roi_pool(Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width)
torchvision::deform_conv2d(Tensor input, Tensor weight, Tensor offset, Tensor mask, Tensor bias, int stride_h, int stride_w, int pad_h, int pad_w, int dilation_h, int dilation_w, int groups, int offset_groups, bool use_mask)
`
